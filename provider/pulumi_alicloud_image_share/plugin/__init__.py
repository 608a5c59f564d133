"""The provider plugin: the frontend for every language, over Pulumi's provider protocol."""
