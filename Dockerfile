# The production image: web, worker and scheduler are the same image with other commands (docker-compose.yml).
FROM python:3.13-slim-bookworm AS libraries

WORKDIR /app
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.txt .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --require-hashes --no-deps -r requirements.txt

FROM python:3.13-slim-bookworm

RUN useradd --system --create-home --uid 10001 feedback \
    && install -d -o feedback -g feedback /data
COPY --from=libraries /opt/venv /opt/venv
WORKDIR /app
COPY manage.py pyproject.toml ./
COPY feedback_site feedback_site
COPY ratings ratings
COPY complaints complaints
COPY reports reports
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    STATIC_ROOT=/app/staticfiles

# Collecting needs settings; the key lives for this one command, so that no layer holds a secret.
RUN python -m feedback_site.translations \
    && SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" ALLOWED_HOSTS=localhost \
       DATA_DIR=/tmp python manage.py collectstatic --noinput

USER 10001
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "feedback_site.wsgi:application", "--bind=0.0.0.0:8000", "--preload", "--worker-class=gthread", \
     "--workers=2", "--threads=4", "--graceful-timeout=20", "--no-control-socket", "--worker-tmp-dir=/dev/shm"]
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "feedback_site/launch/healthcheck.py"]
