"""``ajar replace``: another model in the place of a node's, with every wire and value that fits."""

import argparse

from workflows.commands.final import listed, opened, written
from workflows.finals import own_settings, rival_of, rivals
from workflows.reading import read_source
from workflows.stages import replace_model


def run(request: argparse.Namespace) -> int:
    with opened(request) as studio:
        source = read_source(request.file)
        graph = studio.modern(source.graph)
        types = studio.packs.types
        about = (studio.catalogue, studio.packs.providers, types, graph, request.node)
        if request.other is None:
            return listed(rivals(*about), request, "--with")
        rival = rival_of(*about, request.other)
        own = own_settings(studio.catalogue, types, graph, request.node)
        made, losses = replace_model(graph, types, request.node, rival.target, own)
        return written(source, made, request, rival, losses, node=request.node)
