"""ImageCopy: the copy of an image, in another region or the same. Knows no Pulumi, and never shares."""
