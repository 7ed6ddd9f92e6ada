"""What agents and exporters call, and what people's tokens read."""
