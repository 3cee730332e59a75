# Seamark with everything that its commands need; docker-compose.yml runs it as monitor and as Streamlit.
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY monitor monitor
COPY alerts alerts
COPY dashboards dashboards
RUN python -m venv /opt/seamark && /opt/seamark/bin/pip install --constraint constraints.txt '.[mariadb]'

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home seamark
COPY --from=build /opt/seamark /opt/seamark
ENV PATH=/opt/seamark/bin:$PATH PYTHONUNBUFFERED=1 DO_NOT_TRACK=1 STREAMLIT_BROWSER_GATHER_USAGE_STATS=false
WORKDIR /home/seamark
USER 10001:10001
EXPOSE 8501
ENTRYPOINT ["seamark"]
CMD ["--help"]
