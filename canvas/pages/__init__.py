"""The pages of the inspector: a node, several nodes, a frame or note, the workflow, its form and its history."""
