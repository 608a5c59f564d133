"""Pulumi's engine, as both frontends talk to it: its log, the state that it reads, URNs, and its values."""
