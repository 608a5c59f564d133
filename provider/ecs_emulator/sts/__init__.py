"""Security Token Service, API 2015-04-01: assuming roles, and who calls."""
