"""What every kind of resource, and every run, has in common. Knows no Pulumi."""
