"""FER2013's CSV in, the ONNX model that workers read out."""
