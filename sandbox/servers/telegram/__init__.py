"""A local Telegram Bot API: one bot, its chats, and what they received."""

from sandbox.servers.telegram.app import create_app

__all__ = ["create_app"]
