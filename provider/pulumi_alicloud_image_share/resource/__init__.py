"""What every resource_type of resource, and every run, has in common. Knows no Pulumi."""
