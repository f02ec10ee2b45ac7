"""The headers that every answer carries. A page runs our own scripts and styles, and is framed by nobody."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from flask import Flask, Response, g

NOBODY = ("'none'",)
OURSELVES = ("'self'",)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentPolicy:
    """One Content-Security-Policy: a directive's sources, in order."""

    default_src: tuple[str, ...] = NOBODY
    script_src: tuple[str, ...] = OURSELVES
    style_src: tuple[str, ...] = OURSELVES
    img_src: tuple[str, ...] = ("'self'", "data:")
    connect_src: tuple[str, ...] = OURSELVES
    form_action: tuple[str, ...] = OURSELVES
    frame_ancestors: tuple[str, ...] = NOBODY
    base_uri: tuple[str, ...] = NOBODY

    def header(self) -> str:
        """As it is sent."""
        names = ("default_src", "script_src", "style_src", "img_src", "connect_src", "form_action",
                 "frame_ancestors", "base_uri")  # fmt: skip
        return "; ".join(f"{name.replace('_', '-')} {' '.join(getattr(self, name))}" for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """What is sent with every answer, joined at start."""

    secure: bool
    policy: ContentPolicy = field(default_factory=ContentPolicy)

    def put_on(self, response: Response) -> Response:
        """Add the headers; a view that changed the policy of its own answer keeps its change."""
        policy: ContentPolicy = g.get("content_policy") or self.policy
        put = response.headers.setdefault
        put("Content-Security-Policy", policy.header())
        put("X-Content-Type-Options", "nosniff")
        put("Referrer-Policy", "same-origin")
        put("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
        if policy.frame_ancestors == NOBODY:
            put("X-Frame-Options", "DENY")
            put("Cross-Origin-Opener-Policy", "same-origin")
        if self.secure:
            put("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if "Cache-Control" not in response.headers:
            # Every page holds a form's token or what one person may see.
            put("Cache-Control", "no-store")
        return response


def init_app(app: Flask, *, secure: bool, form_origins: Iterable[str] = ()) -> None:
    """Send the headers with every answer.

    Args:
        app: the application.
        secure: whether people reach it over https.
        form_origins: where a form's answer may lead beside ourselves: Intuit's sign-in. Chromium follows a
            redirect after a POST only to an origin of ``form-action``.
    """
    headers = Headers(secure=secure, policy=ContentPolicy(form_action=(*OURSELVES, *form_origins)))
    app.extensions["content_policy"] = headers.policy
    app.after_request(headers.put_on)


def allow_framing(app: Flask, origins: Iterable[str]) -> None:
    """Let these origins, and nobody else, frame the answer to the present request (the widget's frame)."""
    policy: ContentPolicy = app.extensions["content_policy"]
    g.content_policy = replace(policy, frame_ancestors=tuple(origins) or NOBODY)
