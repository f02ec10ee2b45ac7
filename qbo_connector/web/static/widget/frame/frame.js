// The card's start: take the token out of the address, then let the flow do the rest.

import { Api } from "./api.js";
import { Card } from "./card.js";
import { Flow } from "./flow.js";
import { Host } from "./host.js";
import { dress } from "./look.js";

const root = document.getElementById("card");
const token = window.location.hash.slice(1);
// Neither the history nor a copied address may hold the token.
window.history.replaceState(null, "", window.location.pathname + window.location.search);

let flow = null;
const host = new Host(JSON.parse(root.dataset.origins), { look: dress, token: (fresh) => flow.token(fresh) });
const card = new Card(root, (pixels) => host.height(pixels));
flow = new Flow({ api: new Api(), card, host });

const wanted = new URLSearchParams(window.location.search);
dress({ theme: wanted.get("theme") ?? "", accent: wanted.get("accent") ?? "" });
flow.token(token);
