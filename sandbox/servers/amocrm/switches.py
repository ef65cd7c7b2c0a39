"""Switches of amoCRM's lesser services; reached as ``faults.of(CrmSwitches)``."""

from dataclasses import dataclass


@dataclass
class CrmSwitches:
    """What is answered where there is nothing."""

    customers_off_status: int = 422  # 402, 425 and 426 are met as well
    missing_talk_status: int = 404  # 204 is met as well
