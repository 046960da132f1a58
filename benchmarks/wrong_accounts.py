"""As many accounts as anybody asks for, each of whose listeners is wrong.

Run as ``python -m benchmarks.wrong_accounts``; prints its port when it listens, and
ends with its standard input.
"""

from __future__ import annotations

import argparse
import asyncio
from functools import cache

from .large_account import Case, answers
from .samples import ACCOUNT
from .server import Answer, serve


class AnswersOfAll(dict[str, Answer]):
    """Answer for any account as for the one that there is; rows have the same ids."""

    def __missing__(self, path: str) -> Answer:
        """Put the account of the path in the place of the other."""
        account = path.split("/")[2]
        answer = self[path.replace(account, str(ACCOUNT), 1)]
        old, new = (b'"voip_id":%b' % each.encode() for each in (str(ACCOUNT), account))
        return lambda query: answer(query).replace(old, new)


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--listeners", type=int, default=100)
    options = parser.parse_args()
    made = answers(Case.WRONG, options.listeners)
    # Each page is made once: the server is to cost little beside the audit.
    made = AnswersOfAll({path: cache(answer) for path, answer in made.items()})
    asyncio.run(serve(made, 0.0))


if __name__ == "__main__":
    main()
