"""Auto Scaling, API 2014-08-28: scaling groups and their configurations, which start no instances."""
