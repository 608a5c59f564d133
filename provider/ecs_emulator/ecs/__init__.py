"""Elastic Compute Service, API 2014-05-26: images, their copies, tags and sharing, instances."""
