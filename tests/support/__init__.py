"""What tests share: the provider's process and the real engine."""
