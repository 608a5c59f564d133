"""ImageShare: one image, shared with accounts. Knows no Pulumi, and never copies."""
