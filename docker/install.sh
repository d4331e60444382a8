#!/bin/sh
# Installs one service's pinned dependencies into /opt/mien, without what a running service never reads.
set -eu
python3 -m venv --without-pip /opt/mien
pip --python /opt/mien install --quiet --require-hashes --only-binary :all: --no-compile -r "$1"
cd /opt/mien/lib/python3*/site-packages

# Tests of packages, type stubs, and the C headers and tools of NumPy.
find . -type d -name tests -prune -exec rm -r {} +
find . -name '*.pyi' -delete
rm -rf numpy/_core/include numpy/_core/lib numpy/f2py

# ONNX Runtime: the Python module carries the runtime itself; the shared library is for programs in C.
rm -rf onnxruntime/transformers onnxruntime/tools onnxruntime/quantization onnxruntime/datasets
rm -f onnxruntime/capi/libonnxruntime.so.*

# OpenCV: one cascade is used.
[ ! -d cv2/data ] || find cv2/data -name '*.xml' ! -name haarcascade_frontalface_alt2.xml -delete

# Compiled once here, because a read-only container would do it at every start.
python3 -m compileall -q . || true
