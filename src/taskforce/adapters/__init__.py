"""The edge: each adapter translates between one outside system and the ports of the engine, and nothing else."""
