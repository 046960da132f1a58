"""The tags that events are known to carry."""

from __future__ import annotations

from enum import StrEnum


class EventTag(StrEnum):
    """Name a tag of an event; one that is not known here is a plain string.

    These are all that either of the vendor's lists has. A subscription may ask
    for fewer of them than an event may carry.
    """

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    CALL = "call"
    NEW_CALL = "new-call"
    CONNECTING_CALL = "connecting-call"
    CONNECTED_CALL = "connected-call"
    COMPLETED_CALL = "completed-call"
    FIRST_LEG = "first-leg"
    NOT_FIRST_LEG = "not-first-leg"
    FROM_DID = "from-did"
    TO_DID = "to-did"
    FROM_EXTENSION = "from-extension"
    TO_EXTENSION = "to-extension"
    MESSAGE = "message"
    SMS_MESSAGE = "sms-message"
    MMS_MESSAGE = "mms-message"
    ANY_MS_MESSAGE = "*ms-message"
    RECEIVED_MESSAGE = "received-message"
    SENT_MESSAGE = "sent-message"
    DELIVERED_MESSAGE = "delivered-message"
    MESSAGE_STATUS = "message-status"
    CALL_LOG = "call-log"
    RECORDING = "recording"
    CALL_RECORDING = "call-recording"
    VOICEMAIL_RECORDING = "voicemail-recording"
    VOICEMAIL_TRANSCRIPT = "voicemail-transcript"
    FAX = "fax"
    API_ERROR = "api-error"
    API_ERROR_TRUSTED = "api-error-trusted"
    LISTENER_CALLBACK = "listener-callback"
    DEACTIVATED_LISTENER_CALLBACK = "deactivated-listener-callback"
    DELETED_LISTENER_CALLBACK = "deleted-listener-callback"
