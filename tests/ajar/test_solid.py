"""Bodies: what is read of a GLB file, and how it looks."""

import json
import math
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.solid import Solid, encode_solid, read_solid
from ajar.testing import FakeContext
from ajar.turntable import draw
from ajar.values import Mesh, Size, Video
from nodes.bodies import mesh_picture, save_mesh, turntable


def write_glb(path: Path, *, nodes: Any = None, colour: Any = None, indices: bytes | None = None) -> Path:
    """A square of two triangles, 2 x 2 around the origin, facing +z."""
    points = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], "<f4").tobytes()
    order = indices or np.array([0, 1, 2, 0, 2, 3], "<u2").tobytes()
    part: dict[str, Any] = {"attributes": {"POSITION": 0}, "indices": 1}
    scene: dict[str, Any] = {
        "asset": {"version": "2.0"}, "meshes": [{"primitives": [part]}],
        "buffers": [{"byteLength": len(points) + len(order)}],
        "bufferViews": [{"buffer": 0, "byteLength": 48}, {"buffer": 0, "byteOffset": 48, "byteLength": 12}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3"},
            {"bufferView": 1, "componentType": 5123, "count": 6, "type": "SCALAR"},
        ],
    }
    if nodes is not None:
        scene |= {"nodes": nodes, "scenes": [{"nodes": [0]}]}
    if colour is not None:
        part["material"] = 0
        scene["materials"] = [{"pbrMetallicRoughness": {"baseColorFactor": colour}}]
    text = json.dumps(scene).encode()
    text += b" " * (-len(text) % 4)
    rest = struct.pack("<II", len(points) + len(order), 0x004E4942) + points + order
    head = struct.pack("<4sIIII", b"glTF", 2, 20 + len(text) + len(rest), len(text), 0x4E4F534A)
    path.write_bytes(head + text + rest)
    return path


def test_a_body_stands_where_its_nodes_put_it(tmp_path: Path) -> None:
    plain = read_solid(write_glb(tmp_path / "a.glb"))
    assert plain.points.shape == (4, 3) and plain.faces.tolist() == [[0, 1, 2], [0, 2, 3]]
    turned = [math.sin(math.pi / 4), 0, 0, math.cos(math.pi / 4)]  # a quarter around x
    nodes = [{"translation": [5, 0, 0], "children": [1]}, {"mesh": 0, "scale": [2, 2, 2], "rotation": turned}]
    moved = read_solid(write_glb(tmp_path / "b.glb", nodes=nodes))
    assert np.allclose(moved.points[2], [7, 0, 2], atol=1e-5)


def test_a_square_is_seen_from_the_front_in_its_colour_and_on_edge_as_a_line(tmp_path: Path) -> None:
    solid = read_solid(write_glb(tmp_path / "a.glb", colour=[1, 0, 0, 1]))
    front = draw(solid, Size(80, 80), 0, 0, ground=(0, 0, 0)).array
    seen = front[:, :, 0] > 60
    assert 0.4 < seen.mean() < 0.6 and seen[40, 40] and not seen[2, 2]
    assert front[40, 40, 1] == 0 and front[40, 40, 2] == 0
    side = draw(solid, Size(80, 80), math.pi / 2, 0, ground=(0, 0, 0)).array
    assert (side[:, :, 0] > 60).mean() < 0.03


def test_the_nearer_of_two_squares_hides_the_other(tmp_path: Path) -> None:
    nodes = [{"children": [1, 2]}, {"mesh": 0}, {"mesh": 0, "translation": [0, 0, -1], "scale": [2, 2, 2]}]
    solid = read_solid(write_glb(tmp_path / "a.glb", nodes=nodes))
    solid.colours[:4] = (0, 1, 0) if solid.points[:4, 2].max() == 0 else (1, 0, 0)
    solid.colours[4:] = (1, 0, 0) if solid.points[:4, 2].max() == 0 else (0, 1, 0)
    front = draw(solid, Size(60, 60), 0, 0).array
    assert front[30, 30, 1] > 60 and front[30, 30, 0] == 0
    behind = draw(solid, Size(60, 60), math.pi, 0).array
    assert behind[30, 30, 0] > 60 and behind[30, 30, 1] == 0


def test_what_is_nearer_than_the_picture_is_large_does_not_break_it(tmp_path: Path) -> None:
    solid = read_solid(write_glb(tmp_path / "a.glb"))
    assert (draw(solid, Size(40, 30), 0.3, 0.2, zoom=20).array.std(axis=(0, 1)) < 30).all()


@pytest.mark.parametrize("broken", [
    np.array([0, 1, 9, 0, 2, 3], "<u2").tobytes(), b"\0" * 4,
])
def test_corners_that_are_not_there_are_a_sentence(tmp_path: Path, broken: bytes) -> None:
    with pytest.raises(UserError, match="can't be read"):
        read_solid(write_glb(tmp_path / "a.glb", indices=broken))


def test_nodes_in_a_circle_are_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't be read"):
        read_solid(write_glb(tmp_path / "a.glb", nodes=[{"children": [1]}, {"children": [0], "mesh": 0}]))


def test_a_body_turns_once_around_in_a_film_and_is_kept_whole(tmp_path: Path) -> None:
    pytest.importorskip("av")
    mesh = Mesh.open(write_glb(tmp_path / "a.glb"))
    film: Video = turntable(FakeContext(), mesh, seconds=1.0, fps=8.0, size=Size(64, 64))
    frames = [frame.array for frame in film.frames()]
    assert len(frames) == 8 and abs(frames[0].astype(int) - frames[2]).max() > 60
    assert mesh_picture(mesh, size=Size(50, 40)).size == Size(50, 40)
    context = FakeContext(about='{"graph": 1}')
    save_mesh(context, mesh)
    data, suffix = context.saved[0]
    assert suffix == ".glb" and b'"graph"' in data


def test_a_body_that_was_written_is_read_back_and_looks_outwards(tmp_path: Path) -> None:
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])
    colours = np.array([[1, 0, 0], [0, 1, 0], [0.5, 0.25, 0.75], [0, 0, 0]], np.float32)
    path = tmp_path / "body.glb"
    path.write_bytes(encode_solid(Solid(points, faces, colours)))
    found = read_solid(path)
    assert np.array_equal(found.points, points) and np.array_equal(found.faces, faces)
    assert np.allclose(found.colours, colours, atol=1e-5)
    data = path.read_bytes()
    start = 20 + struct.unpack_from("<I", data, 12)[0] + 8
    normals = np.frombuffer(data, "<f4", 12, start + points.nbytes).reshape(4, 3)
    assert np.allclose(np.linalg.norm(normals, axis=1), 1)
    assert ((normals * (points - points.mean(0))).sum(1) > 0).all()
    assert Mesh.open(path).encode(about='{"graph": 1}').count(b'"graph"') == 1
