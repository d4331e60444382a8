"""The original program's network as an ONNX graph, with random weights: what it costs, not what it says.

48x48 grey pixels; four blocks of two 3x3 convolutions (64, 128, 256, 512 channels) and a max-pooling; dense
layers of 512, 256, 128 and 7: 7.2 million parameters.
"""

import itertools
from dataclasses import dataclass, field

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

SIDE = 48
BLOCKS = (64, 128, 256, 512)
DENSE = (512, 256, 128, 7)
INPUT, OUTPUT = "pixels", "scores"
OPSET, IR_VERSION = 17, 8


@dataclass(slots=True)
class Graph:
    """A graph that grows layer by layer.

    Attributes:
        nodes: so far.
        weights: so far.
        end: the name of the last node's output.
    """

    nodes: list[NodeProto] = field(default_factory=list)
    weights: list[TensorProto] = field(default_factory=list)
    end: str = INPUT

    def add(self, kind: str, *shapes: tuple[int, ...], **attributes: int | list[int]) -> None:
        """Append a node, with random weights of these shapes, small enough that no value runs away."""
        name = f"{kind.lower()}{len(self.nodes)}"
        random = np.random.default_rng(len(self.nodes))
        inputs = [self.end]
        for number, shape in enumerate(shapes):
            spread = np.sqrt(2 / np.prod(shape[1:])) if len(shape) > 1 else 0.01
            values = random.normal(0, spread, shape).astype(np.float32)
            self.weights.append(numpy_helper.from_array(values, f"{name}.{number}"))
            inputs.append(f"{name}.{number}")
        self.nodes.append(helper.make_node(kind, inputs, [name], name, None, None, None, **attributes))
        self.end = name


def build() -> ModelProto:
    """Return the network: input float32 [N, 1, 48, 48], output float32 [N, 7]."""
    graph = Graph()
    _convolutions(graph)
    graph.add("Flatten")
    _dense(graph, BLOCKS[-1] * (SIDE >> len(BLOCKS)) ** 2)
    graph.nodes.append(helper.make_node("Softmax", [graph.end], [OUTPUT], axis=-1))
    ends = [_value(INPUT, ["N", 1, SIDE, SIDE]), _value(OUTPUT, ["N", DENSE[-1]])]
    made = helper.make_graph(graph.nodes, "original", ends[:1], ends[1:], graph.weights)
    opset = helper.make_opsetid("", OPSET)
    return helper.make_model(made, opset_imports=[opset], ir_version=IR_VERSION)


def parameters(model: ModelProto) -> int:
    """Return how many numbers a model has learnt."""
    return sum(int(np.prod(weights.dims)) for weights in model.graph.initializer)


def _convolutions(graph: Graph) -> None:
    for before, channels in itertools.pairwise((1, *np.repeat(BLOCKS, 2).tolist())):
        graph.add("Conv", (channels, before, 3, 3), (channels,), pads=[1, 1, 1, 1])
        graph.add("Relu")
        if before == channels:
            graph.add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])


def _dense(graph: Graph, inputs: int) -> None:
    for before, units in itertools.pairwise((inputs, *DENSE)):
        graph.add("Gemm", (units, before), (units,), transB=1)
        if units != DENSE[-1]:
            graph.add("Relu")


def _value(name: str, shape: list[int | str]) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
