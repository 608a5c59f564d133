"""Calling Alibaba Cloud: settings, identities, credentials, retries, and the calls themselves. Knows no resource."""
