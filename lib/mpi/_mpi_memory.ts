import { address, type Native } from "./_native.ts";
import { sharedMemory } from "./_shared_memory.ts";
import type { SharedMemory } from "./transport.ts";

/** Memory of a node through a window of MPI, all of it with rank 0 of the group. */
export function shareMemory(mpi: Native, comm: number, rank: number, bytes: number): SharedMemory {
  const operation = "share memory";
  const place = new BigInt64Array(1);
  const info = mpi.handle(mpi.table.infoNull);
  const own = rank === 0 ? bytes : 0;
  mpi.check(mpi.fn.MPI_Win_allocate_shared(own, 1, info, comm, address(place), mpi.outAddress), operation);
  const window = mpi.outHandle();
  mpi.check(mpi.fn.MPI_Win_set_errhandler(window, mpi.handle(mpi.table.errorsReturn)), operation);
  const size = new BigInt64Array(1);
  const unit = new Int32Array(1);
  mpi.check(mpi.fn.MPI_Win_shared_query(window, 0, address(size), address(unit), address(place)), operation);
  mpi.check(mpi.fn.MPI_Win_lock_all(0, window), operation);
  const pointer = Deno.UnsafePointer.create(place[0])!;
  const buffer = bytes === 0 ? new ArrayBuffer(0) : Deno.UnsafePointerView.getArrayBuffer(pointer, bytes);
  return sharedMemory(new Uint8Array(buffer), {
    sync() {
      mpi.check(mpi.fn.MPI_Win_sync(window), operation);
      mpi.check(mpi.fn.MPI_Barrier(comm), operation);
      mpi.check(mpi.fn.MPI_Win_sync(window), operation);
    },
    free() {
      mpi.check(mpi.fn.MPI_Win_unlock_all(window), operation);
      const handle = mpi.handles([window]);
      mpi.check(mpi.fn.MPI_Win_free(address(handle)), operation);
    },
  });
}
