"""The options that say what a callback does with an event: its config.

Some go with one way of delivery only; a config is sent whole, so that what is not
said here is gone from the callback.
"""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from attrs import asdict, frozen

from ...converter import converter
from ...errors import DecodeError
from ...phonecom import (
    CallbackConfig,
    CallbackMode,
    EmailConfig,
    Header,
    HttpConfig,
    RateLimit,
)
from ...phonecom.callback_config import config_class
from ..exits import CannotRun
from ..input.options import SOURCES, is_source, read_source

_OF_URL: Final = ("method", "header", "timeout")
_OF_EMAIL: Final = ("mail_form",)
_OF_BOTH: Final = ("rate_limit",)
# A config does not name its mode: the field that only one of them has tells it.
_MODES: Final = {
    "url": CallbackMode.HTTPS,
    "email": CallbackMode.EMAIL,
    "application": CallbackMode.APPLICATION,
}


class Method(StrEnum):
    """Name an HTTP method that a callback can use."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


class MailForm(StrEnum):
    """Name a form of mails."""

    JSON = "json"
    TEXT = "text"


@frozen(kw_only=True)
class ConfigOptions:
    """Hold the options for a callback's config; `config` puts it together."""

    url: Annotated[
        str | None,
        typer.Option(
            "--url",
            metavar="URL",
            help=f"Deliver by HTTP to this URL; {SOURCES} if it holds a secret.",
        ),
    ] = None
    method: Annotated[
        Method | None, typer.Option("--method", help="With --url; else POST.")
    ] = None
    header: Annotated[
        list[str] | None,
        typer.Option(
            "--header",
            metavar="NAME=SOURCE",
            help=f"With --url: send this header. Its value is read from {SOURCES}; give"
            " it once for each.",
        ),
    ] = None
    timeout: Annotated[
        int | None,
        typer.Option("--timeout", min=1, metavar="SECONDS", help="With --url."),
    ] = None
    email: Annotated[
        str | None,
        typer.Option("--email", metavar="ADDRESS", help="Deliver by mail, to this."),
    ] = None
    mail_form: Annotated[
        MailForm | None,
        typer.Option("--mail-form", help="With --email; else json."),
    ] = None
    rate_limit: Annotated[
        str | None,
        typer.Option(
            "--rate-limit",
            metavar="N/SECONDS",
            help="With --url or --email: at most N in so many seconds.",
        ),
    ] = None
    config_file: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="Take the config from a JSON file, as the API has it; the way for"
            " applications.",
        ),
    ] = None

    @property
    def given(self) -> bool:
        """Whether any of the options is."""
        return any(value is not None for value in asdict(self, recurse=False).values())

    def config(self) -> CallbackConfig:
        """Put the config together; nothing is sent yet.

        Raises:
            CannotRun: the options do not make one, or a value cannot be read.
        """
        targets = (self.url, self.email, self.config_file)
        if sum(target is not None for target in targets) != 1:
            raise CannotRun(
                "give exactly one of --url, --email and --config: a callback's config"
                " is sent whole"
            )
        if self.config_file is not None:
            self._refuse("--config", *_OF_URL, *_OF_EMAIL, *_OF_BOTH)
            return read_config(self.config_file)
        if self.email is not None:
            self._refuse("--email", *_OF_URL)
            form = self.mail_form or MailForm.JSON
            return EmailConfig(
                email=self.email, mode=form.value, rate_limit=self._rate_limit()
            )
        self._refuse("--url", *_OF_EMAIL)
        return self._http(self.url or "")

    def _http(self, url: str) -> HttpConfig:
        method = self.method or Method.POST
        return HttpConfig(
            url=read_source("--url", url) if is_source(url) else url,
            method=method.value,
            headers=tuple(map(read_header, self.header or ())) or None,
            timeout=self.timeout,
            rate_limit=self._rate_limit(),
        )

    def _rate_limit(self) -> RateLimit | None:
        if self.rate_limit is None:
            return None
        number, slash, period = self.rate_limit.partition("/")
        if not (slash and _is_number(number) and _is_number(period)):
            raise typer.BadParameter(
                f"{self.rate_limit!r} is not N/SECONDS, such as 100/60",
                param_hint="--rate-limit",
            )
        return RateLimit(number=int(number), period=int(period))

    def _refuse(self, target: str, *names: str) -> None:
        for name in names:
            if getattr(self, name) is not None:
                option = name.replace("_", "-")
                raise CannotRun(f"--{option} does not go with {target}")


def read_config(path: Path) -> CallbackConfig:
    """Read a config from a JSON file.

    Raises:
        CannotRun: it cannot be read, or is none.
    """
    try:
        raw = json.loads(path.read_bytes())
        kind = config_class(_mode(raw), raw)
        config: CallbackConfig = converter.structure(raw, kind)
        return config
    except OSError as error:
        problem = error.strerror or str(error)
    except UnicodeDecodeError:
        problem = "it is not UTF-8"
    except json.JSONDecodeError as error:
        problem = f"it is not JSON: {error}"
    except RecursionError:
        problem = "it is nested too deeply"
    except (CannotRun, DecodeError) as error:
        problem = str(error)
    raise CannotRun(f"cannot use {path} as a config: {problem}")


def _mode(raw: object) -> CallbackMode:
    """Tell the mode that a config is for by the field that only it has."""
    fields = raw.keys() if isinstance(raw, dict) else ()
    for name, mode in _MODES.items():
        if name in fields:
            return mode
    raise CannotRun(f"it is no object with one of {', '.join(_MODES)}")


def read_header(text: str) -> Header:
    """Read an option NAME=SOURCE.

    Raises:
        typer.BadParameter: it is none.
        CannotRun: the source holds no value.
    """
    name, equals, source = text.partition("=")
    if not (name and equals):
        raise typer.BadParameter(
            f"a header is NAME=SOURCE, where SOURCE is {SOURCES}", param_hint="--header"
        )
    return Header(name=name, value=read_source(f"--header {name}", source))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()
