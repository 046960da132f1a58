"""Hosts for trying things out, as of 2026-11: pages that show requests, and tunnels.

Each name stands for itself and all below it, with the page of its owner that says what
it is for. Left out are names under which the same owners host what is meant to last,
such as ``m.pipedream.net`` (workflows) or ``replit.app`` (deployments).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

REQUEST_PAGES: Final[Mapping[str, str]] = {
    "beeceptor.com": "https://beeceptor.com/docs/",
    "httpbin.org": "https://httpbin.org/",
    "httpbingo.org": "https://httpbingo.org/",
    "mockbin.io": "https://mockbin.io/",
    "mocky.io": "https://designer.mocky.io/",
    "play.svix.com": "https://docs.svix.com/play",
    "postman-echo.com": "https://learning.postman.com/docs/developer/echo-api/",
    "ptsv3.com": "https://ptsv3.com/",
    "requestbin.com": "https://pipedream.com/requestbin",
    "requestbin.net": "https://requestbin.net/",
    "requestcatcher.com": "https://requestcatcher.com/",
    "requestinspector.com": "https://requestinspector.com/",
    "smee.io": "https://smee.io/",
    "typedwebhook.tools": "https://typedwebhook.tools/",
    "webhook-test.com": "https://webhook-test.com/",
    "webhook.cool": "https://webhook.cool/",
    "webhook.site": "https://docs.webhook.site/",
    "x.pipedream.net": "https://pipedream.com/requestbin",
}
"""Where anybody who knows the address can read along."""

TUNNELS: Final[Mapping[str, str]] = {
    "app.github.dev": "https://docs.github.com/codespaces/developing-in-a-codespace"
    "/forwarding-ports-in-your-codespace",
    "bore.pub": "https://github.com/ekzhang/bore",
    "csb.app": "https://codesandbox.io/docs",
    "devtunnels.ms": "https://learn.microsoft.com/azure/developer/dev-tunnels/",
    "gitpod.io": "https://www.gitpod.io/docs/configure/workspaces/ports",
    "jprq.live": "https://github.com/azimjohn/jprq",
    "lhr.life": "https://localhost.run/docs/",
    "lhr.rocks": "https://localhost.run/docs/",
    "loca.lt": "https://github.com/localtunnel/localtunnel",
    "localhost.run": "https://localhost.run/docs/",
    "localtunnel.me": "https://github.com/localtunnel/localtunnel",
    "loclx.io": "https://localxpose.io/docs",
    "ngrok-free.app": "https://ngrok.com/docs/universal-gateway/domains",
    "ngrok-free.dev": "https://ngrok.com/docs/universal-gateway/domains",
    "ngrok.app": "https://ngrok.com/docs/universal-gateway/domains",
    "ngrok.dev": "https://ngrok.com/docs/universal-gateway/domains",
    "ngrok.io": "https://ngrok.com/docs/universal-gateway/domains",
    "pinggy.link": "https://pinggy.io/docs/",
    "pinggy.online": "https://pinggy.io/docs/",
    "pktriot.net": "https://docs.packetriot.com/",
    "ply.gg": "https://playit.gg/support/",
    "replit.dev": "https://docs.replit.com/replit-workspace/ports",
    "serveo.net": "https://serveo.net/",
    "serveousercontent.com": "https://serveo.net/",
    "share.zrok.io": "https://docs.zrok.io/docs/concepts/sharing-public/",
    "sharedwithexpose.com": "https://expose.dev/docs",
    "trycloudflare.com": "https://developers.cloudflare.com/cloudflare-one"
    "/connections/connect-networks/do-more-with-tunnels/trycloudflare/",
    "ts.net": "https://tailscale.com/kb/1223/funnel",
    "tunnelmole.net": "https://tunnelmole.com/docs",
    "webhookrelay.com": "https://webhookrelay.com/docs/",
}
"""What leads to a developer's machine, and ends when that is switched off."""

ADDRESS_NAMES: Final[Mapping[str, str]] = {
    "nip.io": "https://nip.io/",
    "sslip.io": "https://sslip.io/",
    "traefik.me": "https://traefik.me/",
    "xip.io": "https://nip.io/",
}
"""What resolves to the address that is written in the name before it."""

LOOPBACK_NAMES: Final[Mapping[str, str]] = {
    "lacolhost.com": "https://lacolhost.com/",
    "localtest.me": "https://readme.localtest.me/",
    "lvh.me": "https://lvh.me/",
}
"""What resolves to 127.0.0.1, whatever stands before it."""
