#!/bin/bash
# Four ranks as tasks of a SLURM job: sbatch examples/distributed/slurm.sh
# KPLANE_HOST, KPLANE_TOKEN and KPLANE_CA_FILE say where the server is; sbatch hands the environment on.
#SBATCH --job-name=kplane-distributed
#SBATCH --ntasks=4
#SBATCH --cpus-per-task=1
#SBATCH --time=01:00:00
# Time to clean up before the job's end: SLURM sends SIGTERM to the tasks so many seconds before SIGKILL.
#SBATCH --signal=TERM@60
set -euo pipefail

# srun, and not the program itself: a batch script has SLURM_PROCID=0 whatever it starts. --kill-on-bad-exit ends the
# others when one rank fails; without it a rank that is started again, such as by --requeue, could join again.
srun --kill-on-bad-exit=1 "${KPLANE_DISTRIBUTED:-./build/release/examples/distributed}" \
  --planes 1000 --updates 40 --record "run-$SLURM_JOB_ID"
