"""The HTTP API of requests: what agents, people's tokens and the browser call."""
