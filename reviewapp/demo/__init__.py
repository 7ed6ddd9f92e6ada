"""The demo: believable people, systems and agents, so that whoever looks finds life."""
