#!/bin/sh
# Installs one service's pinned dependencies into /opt/mien, without what a running service never reads.
#   install.sh REQUIREMENTS MODULE...     the modules are those that the service imports
set -eu
requirements=$1
shift
python3 -m venv --without-pip /opt/mien
pip --python /opt/mien install --quiet --require-hashes --only-binary :all: --no-compile -r "$requirements"
cd /opt/mien/lib/python3*/site-packages

# Tests of packages and the modules that only those use, type stubs, pip's lists of files, and the C headers, the
# tools and the random numbers of NumPy.
find . -type d -name tests -prune -exec rm -r {} +
find . \( -name '*.pyi' -o -name '*.pxd' -o -name '*.a' -o -name RECORD -o -name '*_tests.cpython-*.so' \) -delete
rm -f numpy/_core/_simd.*.so
rm -rf numpy/_core/include numpy/_core/lib numpy/f2py numpy/testing numpy/_pyinstaller numpy/random pydantic/v1

# PyYAML: its parser in C, twelve times the size of the one in Python, which is the one that is used.
rm -f yaml/_yaml.*.so

# Pillow: a placeholder is drawn and becomes a JPEG; of all other formats, colour profiles and windows there are none.
rm -f PIL/_avif.*.so PIL/_webp.*.so PIL/_imagingcms.*.so PIL/_imagingtk.*.so
[ ! -d pillow.libs ] || rm -f pillow.libs/libavif-* pillow.libs/libwebp* pillow.libs/libsharpyuv-* pillow.libs/liblcms2-*

# websockets: the protocol alone, without its servers and clients; greenlet: its source; gevent: other resolvers.
rm -rf websockets/asyncio websockets/sync websockets/legacy websockets/trio websockets/cli.py
[ ! -d greenlet ] || find greenlet -name '*.cpp' -o -name '*.hpp' | xargs rm -f

# ONNX Runtime: the Python module carries the runtime itself; the shared library is for programs in C, and
# Protocol Buffers are for the tools.
rm -rf onnxruntime/transformers onnxruntime/tools onnxruntime/quantization onnxruntime/datasets google
rm -f onnxruntime/capi/libonnxruntime.so.*

# OpenCV: three cascades are used.
[ ! -d cv2/data ] || find cv2/data -name '*.xml' ! -name 'haarcascade_frontalface_alt*.xml' \
    ! -name haarcascade_profileface.xml -delete
rm -f cv2/data/haarcascade_frontalface_alt_tree.xml

# Importing compiles what is used, once and here: a read-only container would do it at every start.
unset PYTHONDONTWRITEBYTECODE
/opt/mien/bin/python3 -c "import $(echo "$*" | sed 's/ /, /g')"
