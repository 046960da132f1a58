"""The Linq service: key, path, operation; every answer carries a trace id."""

from __future__ import annotations

from typing import Final

from attrs import define, evolve, field

from ..messages import Call, Document, Hint, Reply, json_reply
from ..options import Behaviour
from .bodies import (
    Code,
    Refused,
    error_reply,
    read_changes,
    read_new,
    throttled_reply,
)
from .store import LinqState, WebhookSubscriptions, signing_secret

_COLLECTION: Final = ("v3", "webhook-subscriptions")
_EVENTS: Final = ("v3", "webhook-events")
_PHONE_NUMBERS: Final = ("v3", "phone_numbers")
_DOC_URL: Final = "https://docs.linqapp.com/guides/webhooks/events"


@define(kw_only=True)
class Linq:
    """Answers what comes in below `/api/partner`."""

    api_key: str = field(repr=False)
    state: LinqState = field(repr=False)
    behaviour: Behaviour
    _answers: int = field(default=0, init=False)

    @property
    def subscriptions(self) -> WebhookSubscriptions:
        """The account's webhook subscriptions."""
        return self.state.webhook_subscriptions

    async def answer(self, call: Call) -> Reply:
        """Do what *call* asks for; the key is looked at before the path."""
        trace_id = self._next_trace_id()
        try:
            reply = self._authorized(call)
        except Refused as refused:
            reply = error_reply(refused.status, trace_id, refused.code, refused.message)
        return _traced(reply, trace_id)

    def error(self, status: int) -> Reply:
        """Answer *status* in the vendor's envelope."""
        trace_id = self._next_trace_id()
        return _traced(error_reply(status, trace_id), trace_id)

    def throttled(self, retry_after: float, hint: Hint) -> Reply:
        """Answer 429 with the hint in the body, in a header, both or neither."""
        trace_id = self._next_trace_id()
        return _traced(throttled_reply(trace_id, retry_after, hint), trace_id)

    def _next_trace_id(self) -> str:
        self._answers += 1
        return f"{self._answers:032x}"

    def _authorized(self, call: Call) -> Reply:
        if call.authorization != f"Bearer {self.api_key}":
            raise Refused(401)
        if call.query and self.behaviour.refuse_unknown:
            name = call.query[0][0]
            raise Refused(400, Code.BAD_VALUE, f"parameter {name} is not known")
        if call.segments in {_EVENTS, _PHONE_NUMBERS}:
            return self._list(call)
        if call.segments == _COLLECTION:
            return self._on_collection(call)
        if call.segments[:-1] == _COLLECTION:
            return self._on_item(call, call.segments[-1])
        raise Refused(404)

    def _list(self, call: Call) -> Reply:
        """Answer what can only be read, and is one answer without pages."""
        if call.method != "GET":
            raise Refused(405)
        if call.segments == _EVENTS:
            events = self.state.linq_event_types
            return json_reply(200, {"events": events, "doc_url": _DOC_URL})
        numbers = list(self.state.linq_phone_numbers.values())
        return json_reply(200, {"phone_numbers": numbers})

    def _on_collection(self, call: Call) -> Reply:
        if call.method == "GET":
            return Reply(
                status=200,
                body=self.subscriptions.encoded(),
                content_type="application/json",
            )
        if call.method == "POST":
            return self._create(call.body)
        raise Refused(405)

    def _on_item(self, call: Call, key: str) -> Reply:
        row = self.subscriptions.get(key)
        if row is None:
            raise Refused(404, Code.NOT_FOUND, "There is no such subscription")
        if call.method == "GET":
            return json_reply(200, row)
        if call.method == "PUT":
            return self._update(key, call.body)
        if call.method == "DELETE":
            self.subscriptions.remove(key)
            return Reply(status=self.behaviour.linq_delete_status)
        raise Refused(405)

    def _create(self, body: bytes) -> Reply:
        fields = read_new(body, self.behaviour)
        self._refuse_duplicate(fields, None)
        row = self.subscriptions.insert(fields)
        shown_once = {"signing_secret": signing_secret(row["id"])}
        return json_reply(self.behaviour.linq_create_status, {**row, **shown_once})

    def _update(self, key: str, body: bytes) -> Reply:
        changes = read_changes(body, self.behaviour)
        self._refuse_duplicate(changes, key)
        return json_reply(200, self.subscriptions.change(key, changes))

    def _refuse_duplicate(self, fields: Document, key: str | None) -> None:
        status = self.behaviour.linq_duplicate_status
        if status is None or "target_url" not in fields:
            return
        if self.subscriptions.uses(fields["target_url"], other_than=key):
            raise Refused(status, message="target_url is already subscribed")


def _traced(reply: Reply, trace_id: str) -> Reply:
    return evolve(reply, headers={**reply.headers, "X-Trace-ID": trace_id})
