# One image for the dashboard, its workers and the sandbox: docker-compose.yml says which command each of them runs.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 DATA_FOLDER=/data TMPDIR=/data
WORKDIR /app

COPY requirements.txt ./
RUN pip install -r requirements.txt

# A member's files and tokens are no business of root. /data is the one place where it may write.
RUN useradd --create-home --uid 1000 dashboard && install -d -o dashboard -g dashboard -m 0700 /data

COPY .streamlit ./.streamlit
COPY streamlit_app.py ./
COPY dashboard ./dashboard
COPY linkedin_api ./linkedin_api
COPY zernio_api ./zernio_api
COPY pages ./pages
COPY sandbox ./sandbox
RUN python -m compileall -q dashboard linkedin_api pages sandbox zernio_api

USER dashboard
# A worker names no volume for it: each gets one of its own, as its root is read-only.
VOLUME /data
EXPOSE 8501
# Inside a container 127.0.0.1 is the container itself: who may come in is decided where its port is published.
CMD ["streamlit", "run", "streamlit_app.py", "--server.port", "8501", "--server.address", "0.0.0.0"]
