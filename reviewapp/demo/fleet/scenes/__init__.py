"""What the agents of the fleet want to do, by agent."""

from reviewapp.demo.fleet.scenes import finance, operations, outreach, support

ALL = (*support.SCENES, *operations.SCENES, *finance.SCENES, *outreach.SCENES)
