"""get_shared_image: the newest image that a trusted account shares with this one. Knows no Pulumi."""
