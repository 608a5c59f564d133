"""Virtual Private Cloud, API 2016-04-28: VPCs and their vSwitches."""
