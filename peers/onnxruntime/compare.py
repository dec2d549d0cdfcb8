"""Times ONNX Runtime int8 on the very network that ships, beside our own figures.

    cargo bench --package nlu | tee ours.txt
    python peers/onnxruntime/compare.py models/understanding.gguf ours.txt

The graph is built from the weights of the GGUF file, optimised by ONNX Runtime's own transformer optimiser, and quantised
dynamically to int8, per channel; one thread, as ours. What it answers is compared with its float graph first.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from pathlib import Path

import gguf
import numpy as np
import onnx
import onnxruntime as ort
from gguf.quants import dequantize
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions

RUNS = 200
LENGTHS = (16, 64)


class Graph:
    """An ONNX graph under construction; every method adds nodes and answers the name of what they give."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, value: np.ndarray) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, *inputs: str, **attributes: object) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=f"{kind}_{name}", **attributes))
        return name

    def linear(self, x: str, weight: np.ndarray, bias: np.ndarray | None) -> str:
        product = self.node("MatMul", x, self.constant(weight.T))
        return product if bias is None else self.node("Add", self.constant(bias), product)

    def norm(self, x: str, weight: np.ndarray, bias: np.ndarray, eps: float) -> str:
        return self.node("LayerNormalization", x, self.constant(weight), self.constant(bias), axis=-1, epsilon=eps)


def tensors(path: Path) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    reader = gguf.GGUFReader(path)
    values = {
        t.name: dequantize(t.data, t.tensor_type).reshape(tuple(reversed(t.shape))).astype(np.float32)
        for t in reader.tensors
    }
    numbers = {
        name: reader.fields[f"frontdesk.{name}"].contents() for name in ("heads", "layers", "hidden_size", "norm_eps")
    }
    return values, numbers


def build(path: Path) -> tuple[onnx.ModelProto, int, int]:
    weights, numbers = tensors(path)
    heads, hidden, eps = int(numbers["heads"]), int(numbers["hidden_size"]), float(numbers["norm_eps"])
    width = hidden // heads
    g = Graph()

    def both(name: str) -> tuple[np.ndarray, np.ndarray]:
        return weights[f"{name}.weight"], weights[f"{name}.bias"]

    words = g.node("Gather", g.constant(weights["embeddings.word"]), "ids", axis=0)
    length = g.node("Gather", g.node("Shape", "ids"), g.constant(np.array([1])), axis=0)
    positions = g.node("Slice", g.constant(weights["embeddings.position"]), g.constant(np.array([0])), length)
    x = g.norm(g.node("Add", words, positions), *both("embeddings.norm"), eps)
    for layer in range(int(numbers["layers"])):
        name = f"layer.{layer}"
        weight, bias = both(f"{name}.qkv")
        shape = g.constant(np.array([0, 0, heads, width]))

        def part(index: int, order: list[int]) -> str:
            rows = slice(index * hidden, (index + 1) * hidden)
            return g.node(
                "Transpose", g.node("Reshape", g.linear(x, weight[rows], bias[rows]), shape), perm=order
            )

        q, k, v = part(0, [0, 2, 1, 3]), part(1, [0, 2, 3, 1]), part(2, [0, 2, 1, 3])
        scores = g.node("Div", g.node("MatMul", q, k), g.constant(np.float32(np.sqrt(width))))
        attended = g.node("Transpose", g.node("MatMul", g.node("Softmax", scores, axis=-1), v), perm=[0, 2, 1, 3])
        attended = g.node("Reshape", attended, g.constant(np.array([0, 0, hidden])))
        attended = g.linear(attended, *both(f"{name}.attn_out"))
        x = g.norm(g.node("Add", attended, x), *both(f"{name}.attn_norm"), eps)
        wide = g.linear(x, *both(f"{name}.up"))
        erf = g.node("Erf", g.node("Div", wide, g.constant(np.float32(np.sqrt(2.0)))))
        gelu = g.node("Mul", g.node("Mul", wide, g.node("Add", erf, g.constant(np.float32(1)))), g.constant(np.float32(0.5)))
        x = g.norm(g.node("Add", g.linear(gelu, *both(f"{name}.down")), x), *both(f"{name}.ffn_norm"), eps)
    first = g.node("Gather", x, g.constant(np.array(0)), axis=1)
    looked = g.node("Softmax", g.linear(x, weights["attend.weight"], None), axis=1)
    evidence = g.node("Mul", looked, g.linear(x, weights["evidence.weight"], None))
    found = g.node("ReduceSum", evidence, g.constant(np.array([1])), keepdims=0)
    intents = g.node("Add", g.linear(first, *both("intents")), found)
    tags = g.linear(x, *both("tags"))
    sentence = g.linear(g.node("ReduceMean", x, axes=[1], keepdims=0), *both("sentence"))
    shapes = {intents: ["batch", "intents"], tags: ["batch", "length", "tags"], sentence: ["batch", hidden]}
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "length"])
    graph = helper.make_graph(g.nodes, "understanding", [ids], outputs, g.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    onnx.checker.check_model(model)
    return model, heads, hidden


def session(path: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def times(run: ort.InferenceSession, length: int) -> list[float]:
    """Milliseconds, sorted."""
    ids = np.random.default_rng(7).integers(1000, 20000, (1, length))
    for _ in range(10):
        run.run(None, {"ids": ids})
    taken = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        run.run(None, {"ids": ids})
        taken.append((time.perf_counter() - begun) * 1e3)
    return sorted(taken)


def ours(path: Path) -> dict[int, tuple[str, float, float]]:
    """Tokens → (kernel, best, p50) of our fastest kernel, from the table that the bench prints."""
    fastest: dict[int, tuple[str, float, float]] = {}
    for kernel, tokens, best, middle in re.findall(
        r"^\| ([^|]+?) \| (\d+) \| ([\d.]+) \| ([\d.]+) \|", path.read_text(), re.MULTILINE
    ):
        row = (kernel, float(best), float(middle))
        if int(tokens) not in fastest or row[2] < fastest[int(tokens)][2]:
            fastest[int(tokens)] = row
    return fastest


def main() -> None:
    weights, bench = Path(sys.argv[1]), Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        plain, fused, int8 = (Path(folder) / f"{name}.onnx" for name in ("plain", "fused", "int8"))
        model, heads, hidden = build(weights)
        onnx.save(model, plain)
        options = FusionOptions("bert")
        optimised = optimizer.optimize_model(str(plain), "bert", heads, hidden, options, opt_level=0)
        optimised.save_model_to_file(str(fused))
        # Shapes behind fused nodes are not inferred: all of them are floats.
        extra = {"DefaultTensorType": TensorProto.FLOAT}
        quantize_dynamic(fused, int8, weight_type=QuantType.QInt8, per_channel=True, extra_options=extra)
        ids = np.random.default_rng(1).integers(1000, 20000, (1, 24))
        exact, rounded = (session(path).run(None, {"ids": ids})[2][0] for path in (plain, int8))
        alike = float(exact @ rounded / np.linalg.norm(exact) / np.linalg.norm(rounded))
        if alike < 0.95:
            sys.exit(f"the quantised graph answers something else (cosine {alike:.3f})")
        mine = ours(bench)
        print(f"ONNX Runtime {ort.__version__}, int8, one thread (cosine with float {alike:.4f}), and ours:\n")
        print("| tokens | ONNX Runtime best ms | p50 ms | our kernel | best ms | p50 ms | ours / ONNX Runtime (p50) |")
        print("|---:|---:|---:|---|---:|---:|---:|")
        run = session(int8)
        for length in LENGTHS:
            taken = times(run, length)
            kernel, best, middle = mine[length]
            p50 = taken[RUNS // 2]
            print(
                f"| {length} | {taken[0]:.2f} | {p50:.2f} | {kernel} | {best:.2f} | {middle:.2f} | {middle / p50:.2f} |"
            )


if __name__ == "__main__":
    main()
