"""A local VK Ads API: tokens, lists of objects and statistics over simulated cabinets."""

from sandbox.servers.vk_ads.app import create_app
from sandbox.servers.vk_ads.switches import Restatement, VkSwitches

__all__ = ["Restatement", "VkSwitches", "create_app"]
