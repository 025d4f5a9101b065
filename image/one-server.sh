#!/usr/bin/env bash
# Makes a machine that setup-machine.sh has set up the one server: PostgreSQL on a volume of its own, Valkey, and nginx that
# ends TLS with a certificate it gets by itself. For Amazon Linux 2023; a second run changes nothing that is as it should be.
set -euo pipefail

usage() {
  cat <<'END_OF_USAGE'
usage: one-server.sh --domains a,b --contact mail [--volume vol-...]
  --domains   Names that the certificate is for, separated by commas; the first one is its name
  --contact   E-mail address for the authority of the certificate
  --volume    EBS volume of the database; without it there is no database here
END_OF_USAGE
}

stop() {
  printf 'one-server: %s\n' "$*" >&2
  exit 1
}

domains='' contact='' volume=''
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || { usage >&2; stop "$1 has no value"; }
  case "$1" in
    --domains) domains=$2 ;;
    --contact) contact=$2 ;;
    --volume) volume=$2 ;;
    *) usage >&2; stop "unknown option $1" ;;
  esac
  shift 2
done
if [ -z "$domains" ] || [ -z "$contact" ]; then usage >&2; stop '--domains and --contact are needed'; fi

packages=(nginx certbot valkey)
if [ -n "$volume" ]; then packages+=(postgresql17-server); fi
dnf install -y "${packages[@]}"

# The volume is attached once the machine runs. On the Nitro System its serial is its id without the hyphen (Amazon EBS User
# Guide, "Identify the EBS device").
mount_volume() {
  local device="/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${volume/-/}"
  for _ in $(seq 120); do
    [ -e "$device" ] && break
    sleep 5
  done
  [ -e "$device" ] || stop "volume $volume was not attached within ten minutes"
  # Only a volume that has never been used gets a file system.
  if [ -z "$(lsblk --noheadings --output FSTYPE "$device")" ]; then mkfs.xfs -L tiers-data "$device"; fi
  install -d -m 0755 /data
  grep -q '^LABEL=tiers-data ' /etc/fstab || echo 'LABEL=tiers-data /data xfs defaults,noatime,nofail 0 2' >> /etc/fstab
  mountpoint --quiet /data || mount /data
  # A larger volume after `size` was raised.
  xfs_growfs /data >/dev/null
}

database() {
  local data=/data/postgresql/17
  install -d -m 0700 -o postgres -g postgres /data/postgresql "$data"
  if [ ! -s "$data/PG_VERSION" ]; then
    runuser -u postgres -- initdb --pgdata="$data" --auth=peer --encoding=UTF8 --data-checksums
  fi
  # Nobody comes by the network. The service's user of the system may be two users of the database.
  cat > "$data/pg_hba.conf" <<'END_OF_RULES'
local all postgres peer
local all all      peer map=tiers
END_OF_RULES
  cat > "$data/pg_ident.conf" <<'END_OF_MAP'
tiers tiers service
tiers tiers tiers_admin
END_OF_MAP
  cat > "$data/conf-one-server" <<'END_OF_SETTINGS'
listen_addresses = ''
unix_socket_directories = '/run/postgresql'
shared_buffers = '512MB'
effective_cache_size = '1GB'
END_OF_SETTINGS
  grep -q "^include = 'conf-one-server'" "$data/postgresql.conf" ||
    echo "include = 'conf-one-server'" >> "$data/postgresql.conf"
  chown postgres:postgres "$data"/pg_hba.conf "$data"/pg_ident.conf "$data"/conf-one-server
  install -d /etc/systemd/system/postgresql.service.d
  cat > /etc/systemd/system/postgresql.service.d/one-server.conf <<END_OF_UNIT
[Unit]
RequiresMountsFor=/data
[Service]
Environment=PGDATA=$data
END_OF_UNIT
  systemctl daemon-reload
  systemctl enable --now postgresql.service
  local ask=(runuser -u postgres -- psql --dbname=postgres --tuples-only --no-align --command)
  if [ -z "$("${ask[@]}" "SELECT 1 FROM pg_roles WHERE rolname = 'tiers_admin'")" ]; then
    "${ask[@]}" 'CREATE ROLE tiers_admin LOGIN CREATEROLE'
  fi
  if [ -z "$("${ask[@]}" "SELECT 1 FROM pg_database WHERE datname = 'app'")" ]; then
    "${ask[@]}" 'CREATE DATABASE app OWNER tiers_admin'
  fi
}

# The agent looks at the data volume too: its alarm is on the fullest disk of the machine.
watch_data() {
  cat > /etc/tiers/data-volume.template.json <<'END_OF_AGENT'
{
  "metrics": {
    "namespace": "@NAMESPACE@",
    "append_dimensions": { "InstanceId": "${aws:InstanceId}" },
    "aggregation_dimensions": [["Fleet"]],
    "metrics_collected": {
      "disk": {
        "measurement": ["used_percent"],
        "resources": ["/", "/data"],
        "append_dimensions": { "Fleet": "@FLEET@" },
        "drop_original_metrics": ["disk_used_percent"]
      }
    }
  }
}
END_OF_AGENT
  install -d /etc/systemd/system/tiers-watch.service.d
  cat > /etc/systemd/system/tiers-watch.service.d/one-server.conf <<'END_OF_UNIT'
[Service]
ExecStartPost=/bin/bash -c 'sed -e "s|@FLEET@|$${FLEET}|g" -e "s|@NAMESPACE@|$${METRICS_NAMESPACE}|g" /etc/tiers/data-volume.template.json > /etc/tiers/data-volume.json'
ExecStartPost=/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl -a append-config -m ec2 -s -c file:/etc/tiers/data-volume.json
END_OF_UNIT
  systemctl daemon-reload
}

cache() {
  install -d /etc/systemd/system/valkey.service.d
  # What is cached can be read again: nothing is written to disk, and the oldest goes when the memory is full.
  cat > /etc/systemd/system/valkey.service.d/one-server.conf <<'END_OF_UNIT'
[Service]
ExecStart=
ExecStart=/usr/bin/valkey-server --bind 127.0.0.1 --port 6379 --save "" --appendonly no --maxmemory 256mb --maxmemory-policy allkeys-lru --supervised systemd --daemonize no
END_OF_UNIT
  systemctl daemon-reload
  systemctl enable --now valkey.service
}

# nginx starts with a certificate of its own making, so that it answers before the authority has been asked; the names may
# not lead here yet.
front() {
  # On the volume where there is one: the authority gives few certificates for the same names in a week.
  local name=${domains%%,*} tls=/etc/tiers/tls kept=/etc/letsencrypt
  if [ -n "$volume" ]; then kept=/data/letsencrypt; fi
  install -d -m 0750 "$tls"
  install -d -m 0755 /var/lib/tiers-acme
  if [ ! -s "$tls/fullchain.pem" ]; then
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$name" -keyout "$tls/privkey.pem" -out "$tls/fullchain.pem"
  fi
  cat > /etc/nginx/conf.d/tiers.conf <<END_OF_SITE
server {
  listen 80 default_server;
  location /.well-known/acme-challenge/ { root /var/lib/tiers-acme; }
  location / { return 301 https://\$host\$request_uri; }
}
server {
  listen 443 ssl http2 default_server;
  ssl_certificate $tls/fullchain.pem;
  ssl_certificate_key $tls/privkey.pem;
  ssl_protocols TLSv1.2 TLSv1.3;
  location / {
    proxy_pass http://127.0.0.1:8080;
    proxy_http_version 1.1;
    proxy_set_header Host \$host;
    proxy_set_header X-Forwarded-For \$remote_addr;
    proxy_set_header X-Forwarded-Proto https;
    proxy_set_header Connection "";
  }
}
END_OF_SITE
  cat > /usr/local/lib/tiers/certificate <<END_OF_CERTIFICATE
#!/bin/bash
# Gets the certificate, or a newer one before it ends. While the names do not lead here yet, the next run tries again.
set -euo pipefail
certbot certonly --config-dir $kept --non-interactive --agree-tos --email '$contact' --cert-name tiers --webroot \\
  --webroot-path /var/lib/tiers-acme --keep-until-expiring --domains '$domains'
if ! cmp -s $kept/live/tiers/fullchain.pem $tls/fullchain.pem; then
  cp -L $kept/live/tiers/fullchain.pem $kept/live/tiers/privkey.pem $tls/
  systemctl reload nginx.service
fi
END_OF_CERTIFICATE
  chmod 0755 /usr/local/lib/tiers/certificate
  cat > /etc/systemd/system/tiers-certificate.service <<'END_OF_UNIT'
[Unit]
Description=Get or renew the certificate
Wants=network-online.target
After=network-online.target nginx.service

[Service]
Type=oneshot
ExecStart=/usr/local/lib/tiers/certificate
END_OF_UNIT
  # The authority allows five failed tries an hour for each name; one in twenty minutes stays below.
  cat > /etc/systemd/system/tiers-certificate.timer <<'END_OF_UNIT'
[Unit]
Description=Get or renew the certificate

[Timer]
OnActiveSec=2min
OnUnitActiveSec=20min
RandomizedDelaySec=60

[Install]
WantedBy=timers.target
END_OF_UNIT
  systemctl daemon-reload
  systemctl enable --now nginx.service tiers-certificate.timer
}

if [ -n "$volume" ]; then
  mount_volume
  database
  watch_data
fi
cache
front
