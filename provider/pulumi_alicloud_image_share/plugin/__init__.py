"""The provider plugin: the door for every language, over Pulumi's provider protocol."""
