"""From the click to the green message: `python benchmarks/click_to_success.py DEMO_JSON`, beside a running demo.

Each time an invoice is changed in the source, *Sync* is pressed over the widget's interface, and the end awaited.
The simulator answers after 300 ms. Only the time from the press to the end counts.
"""

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import requests

from qbo_connector.cli.demo.running import DemoKey
from qbo_connector.cli.demo.widget_user import WidgetUser

TIMES = 40
LATENCY_S = 0.3
ANSWER_S = 10
SOURCE = "thrive"
PAUSE_S = 0.7
"""Between two presses: the source hears of the last one, and no more than 60 cards are opened in a minute."""


def main(told: dict[str, Any]) -> None:
    source, key = told["sources"][SOURCE], DemoKey(**told["widget_keys"][SOURCE])
    script = call("GET", f"{source}/_sandbox/story")
    invoice_id = call("POST", f"{source}/_sandbox/invoices", script["create"] | {"status": "open"})["invoice"][
        "id"
    ]
    press(told["web"], key, invoice_id)
    slow = {"match": {"method": "POST", "path": "/invoice"}, "times": None, "after_s": LATENCY_S}
    call("POST", f"{told['simulator']}/_simulator/faults", {"faults": [slow]})
    before = counts(told["simulator"])
    took = []
    for turn in range(TIMES):
        call("PATCH", f"{source}/_sandbox/invoices/{invoice_id}", {"notes": f"Turn {turn}"})
        took.append(press(told["web"], key, invoice_id))
        time.sleep(PAUSE_S)
    after = counts(told["simulator"])
    call("POST", f"{told['simulator']}/_simulator/faults", {"faults": []})
    report(took, {name: after[name] - before[name] for name in ("writes", "coreplus")})


def press(web: str, key: DemoKey, invoice_id: str) -> float:
    """Open the card, press Sync; seconds from the press to the end."""
    with WidgetUser(web, key, invoice_id) as person:
        started = time.perf_counter()
        seen = person.sync()
        took = time.perf_counter() - started
    if seen["outcome"] != "synced":
        sys.exit(f"It ended as {seen['outcome']}: {seen['finding']}")
    return took


def counts(simulator: str) -> dict[str, int]:
    """What the one company was asked so far."""
    (found,) = call("GET", f"{simulator}/_simulator/requests?after=999999999")["counts"].values()
    return dict(found)


def call(method: str, url: str, body: object = None) -> Any:
    answer = requests.request(method, url, json=body, timeout=ANSWER_S)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def report(took: list[float], asked: dict[str, int]) -> None:
    cuts = statistics.quantiles(took, n=20)
    print(f"{len(took)} updates, QuickBooks answering after {LATENCY_S * 1000:.0f} ms")
    print(f"p50 {statistics.median(took):.2f} s   p95 {cuts[-1]:.2f} s   slowest {max(took):.2f} s")
    print(f"writes {asked['writes']}, metered reads {asked['coreplus']}")


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
