"""Switches of the local Bot API; reached as ``faults.of(TelegramFaults)``.

A connection cut after the message was taken, a 500 and the like are ``faults.fail_next``, for all
services; what only Telegram does is here.
"""

from collections import deque
from dataclasses import dataclass, field


@dataclass
class TelegramFaults:
    """What goes wrong, and when; a fresh one is an honest service."""

    # retry_after of the next answers, seconds: each is a 429
    too_many: deque[int] = field(default_factory=deque)
    server_errors: int = 0  # so many answers are 500, in the Bot API's own form
    # so many messages are taken and then the connection is cut instead of an answer
    drops: int = 0
    # seconds between taking a message and answering
    answer_after_seconds: float = 0.0
    blocked: set[str] = field(default_factory=set)  # chats whose people have blocked the bot
    failing: set[str] = field(default_factory=set)  # every answer about these chats is 500
    unknown: set[str] = field(default_factory=set)  # chats that are not there
    quote_token: bool = False  # refusals quote the address they were asked at
