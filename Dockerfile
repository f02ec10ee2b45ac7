# Production image: the wheel and its locked dependencies, no compiler, no root.
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN python -m venv /app && /app/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY qbo_connector qbo_connector
COPY plugins plugins
COPY templates templates
COPY migrations migrations
RUN /app/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 qbo
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH QBO_DATA_DIR=/data QBO_LOG_FORMAT=json
RUN mkdir /data && chown qbo /data
VOLUME /data
USER qbo
EXPOSE 8000
ENTRYPOINT ["qbo-connector"]
CMD ["web", "--host", "0.0.0.0"]
