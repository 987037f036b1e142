import type { Operation } from "./transport.ts";

/** Families of libraries by their binary interface. */
export type Abi = "mpich" | "openmpi" | "standard";

/** What a binary interface fixes; a handle given as a text is the address of that symbol. */
export interface AbiTable {
  /** [byte] Size of a handle: a 32-bit number, or a pointer. */
  readonly handleBytes: 4 | 8;
  readonly world: number | string;
  readonly infoNull: number | string;
  readonly errorsReturn: number | string;
  readonly types: Readonly<Record<string, number | string>>;
  readonly operations: Readonly<Record<Operation, number | string>>;
  /** [byte] Places of source, tag and error in a status. */
  readonly status: readonly [source: number, tag: number];
  readonly inPlace: number | bigint;
  readonly anySource: number;
  readonly anyTag: number;
  readonly commTypeShared: number;
  readonly orderC: number;
  readonly threadMultiple: number;
}

/** MPI's number for "belongs to no group", the same in all. */
export const UNDEFINED = -32766;
/** [byte] Room for a status and for texts, enough for all. */
export const STATUS_BYTES = 64;
export const TEXT_BYTES = 8192;

const ARRAYS = [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, BigInt64Array, BigUint64Array];
const arrayTypes = (integers: (number | string)[], float: number | string, double: number | string) => ({
  ...Object.fromEntries(ARRAYS.map((type, i) => [type.name, integers[i]])),
  Float32Array: float,
  Float64Array: double,
});
const OPERATIONS: Operation[] = ["max", "min", "sum", "product", "and", "or", "xor"];
const operations = (values: (number | string)[]) =>
  Object.fromEntries(OPERATIONS.map((name, i) => [name, values[i]])) as Record<Operation, number | string>;

/** MPICH's initiative: MPICH, Intel MPI, MVAPICH, Cray MPICH. Values of mpi.h; libmpi.so.12 promises them. */
const MPICH: AbiTable = {
  handleBytes: 4,
  world: 0x44000000,
  infoNull: 0x1c000000,
  errorsReturn: 0x54000001,
  types: arrayTypes(
    [0x4c000137, 0x4c00013b, 0x4c000238, 0x4c00023c, 0x4c000439, 0x4c00043d, 0x4c00083a, 0x4c00083e],
    0x4c00040a,
    0x4c00080b,
  ),
  operations: operations([0x58000001, 0x58000002, 0x58000003, 0x58000004, 0x58000005, 0x58000007, 0x58000009]),
  status: [8, 12],
  inPlace: 2n ** 64n - 1n,
  anySource: -2,
  anyTag: -1,
  commTypeShared: 1,
  orderC: 56,
  threadMultiple: 3,
};

/** Open MPI 3 to 5, libmpi.so.40: handles are addresses of its data. */
const OPEN_MPI: AbiTable = {
  handleBytes: 8,
  world: "ompi_mpi_comm_world",
  infoNull: "ompi_mpi_info_null",
  errorsReturn: "ompi_mpi_errors_return",
  types: arrayTypes(
    ["int8_t", "uint8_t", "int16_t", "uint16_t", "int32_t", "uint32_t", "int64_t", "uint64_t"]
      .map((name) => `ompi_mpi_${name}`),
    "ompi_mpi_float",
    "ompi_mpi_double",
  ),
  operations: operations(["max", "min", "sum", "prod", "land", "lor", "lxor"].map((name) => `ompi_mpi_op_${name}`)),
  status: [0, 4],
  inPlace: 1,
  anySource: -1,
  anyTag: -1,
  commTypeShared: 0,
  orderC: 0,
  threadMultiple: 3,
};

/** The standard's own interface (MPI 5.0, chapter 20; mpi_abi.h), libmpi_abi. */
const STANDARD: AbiTable = {
  handleBytes: 8,
  world: 0x101,
  infoNull: 0x130,
  errorsReturn: 0x143,
  types: arrayTypes([0x240, 0x241, 0x248, 0x249, 0x250, 0x251, 0x258, 0x259], 0x210, 0x214),
  operations: operations([0x23, 0x22, 0x21, 0x24, 0x30, 0x31, 0x32]),
  status: [0, 4],
  inPlace: 1,
  anySource: -1,
  anyTag: -2,
  commTypeShared: 221,
  orderC: 12,
  threadMultiple: 4096,
};

/** Tables of all. */
export const ABIS: Readonly<Record<Abi, AbiTable>> = { mpich: MPICH, openmpi: OPEN_MPI, standard: STANDARD };

/** Symbols whose addresses are handles. */
export function handleSymbols(table: AbiTable): string[] {
  const handles = [table.world, table.infoNull, table.errorsReturn];
  return [...handles, ...Object.values(table.types), ...Object.values(table.operations)]
    .filter((handle) => typeof handle === "string");
}

/** Functions of MPI; `h` is the type of a handle, addresses of data are numbers. */
export function functions(h: "i32" | "usize") {
  const handle = h as "usize";
  const i = "i32";
  const a = "usize";
  const fn = <const P extends readonly Deno.NativeType[]>(...parameters: P) => ({ parameters, result: "i32" }) as const;
  return {
    MPI_Initialized: fn(a),
    MPI_Init_thread: fn(a, a, i, a),
    MPI_Query_thread: fn(a),
    MPI_Finalize: fn(),
    MPI_Abort: fn(handle, i),
    MPI_Get_processor_name: fn(a, a),
    MPI_Comm_rank: fn(handle, a),
    MPI_Comm_size: fn(handle, a),
    MPI_Comm_split: fn(handle, i, i, a),
    MPI_Comm_split_type: fn(handle, i, i, handle, a),
    MPI_Comm_free: fn(a),
    MPI_Comm_set_errhandler: fn(handle, handle),
    MPI_Error_string: fn(i, a, a),
    MPI_Error_class: fn(i, a),
    MPI_Send: fn(a, i, handle, i, i, handle),
    MPI_Recv: fn(a, i, handle, i, i, handle, a),
    MPI_Probe: fn(i, i, handle, a),
    MPI_Isend: fn(a, i, handle, i, i, handle, a),
    MPI_Irecv: fn(a, i, handle, i, i, handle, a),
    MPI_Wait: fn(a, a),
    MPI_Test: fn(a, a, a),
    waitAsync: { name: "MPI_Wait", parameters: [a, a], result: i, nonblocking: true },
    MPI_Get_elements_x: fn(a, handle, a),
    MPI_Barrier: fn(handle),
    barrierAsync: { name: "MPI_Barrier", parameters: [handle], result: i, nonblocking: true },
    MPI_Bcast: fn(a, i, handle, i, handle),
    MPI_Gatherv: fn(a, i, handle, a, a, a, handle, i, handle),
    MPI_Scatterv: fn(a, a, a, handle, a, i, handle, i, handle),
    MPI_Allgatherv: fn(a, i, handle, a, a, a, handle, handle),
    MPI_Alltoallv: fn(a, a, a, handle, a, a, a, handle, handle),
    MPI_Alltoallw: fn(a, a, a, a, a, a, a, a, handle),
    MPI_Reduce: fn(a, a, i, handle, handle, i, handle),
    MPI_Allreduce: fn(a, a, i, handle, handle, handle),
    MPI_Win_allocate_shared: fn(a, i, handle, handle, a, a),
    MPI_Win_set_errhandler: fn(handle, handle),
    MPI_Win_shared_query: fn(handle, i, a, a, a),
    MPI_Win_lock_all: fn(i, handle),
    MPI_Win_sync: fn(handle),
    MPI_Win_unlock_all: fn(handle),
    MPI_Win_free: fn(a),
    MPI_Type_contiguous: fn(i, handle, a),
    MPI_Type_create_subarray: fn(i, a, a, a, i, handle, a),
    MPI_Type_create_struct: fn(i, a, a, a, a),
    MPI_Type_commit: fn(a),
    MPI_Type_free: fn(a),
  } as const;
}
