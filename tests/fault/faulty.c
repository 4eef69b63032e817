/* SPDX-License-Identifier: Apache-2.0 */
/* The VFS and the allocators behind faulty.h. Syncs are counted, not made: nothing here asks what a real crash leaves. */
#include "faulty.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static fault_kind armed;
static int64_t left;
static bool lasting, struck, denied;

int64_t fault_step(int64_t apart)
{
    const char *stride = getenv("FAULT_STRIDE");
    if (getenv("FAULT_EVERY") != NULL) return 1;
    return apart * (stride != NULL && atoi(stride) > 1 ? atoi(stride) : 1);
}

void fault_arm(fault_kind kind, int64_t nth, bool for_ever)
{
    armed = kind;
    left = nth;
    lasting = for_ever;
    struck = false;
}

bool fault_disarm(void)
{
    armed = FAULT_NONE;
    return struck;
}

void fault_deny_writing(bool deny)
{
    denied = deny;
}

static bool strikes(fault_kind kind)
{
    if (armed != kind) return false;
    if (left > 0) left--;
    if (left > 0 || (struck && !lasting)) return false;
    struck = true;
    return true;
}

/* Files */

typedef struct faulty_file {
    sqlite3_file base;
    sqlite3_file *real;
    const char *name; /* lives as long as the file is open */
} faulty_file;

static sqlite3_vfs *real_vfs, vfs;
static sqlite3_io_methods methods;

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((faulty_file *)(void *)file)->real;
}

static void (*watcher)(const faulty_event *event);

void faulty_watch(void (*seen)(const faulty_event *event))
{
    watcher = seen;
}

static void tell(sqlite3_file *file, faulty_event_kind kind, int64_t at, const void *bytes, int n)
{
    const char *name = ((faulty_file *)(void *)file)->name;
    faulty_event event = {kind, name, at, bytes, (size_t)n};
    if (watcher != NULL && name != NULL) watcher(&event);
}

static int file_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int file_read(sqlite3_file *file, void *bytes, int n, sqlite3_int64 at)
{
    return strikes(FAULT_READ) ? SQLITE_IOERR_READ : real_of(file)->pMethods->xRead(real_of(file), bytes, n, at);
}

static int file_write(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at)
{
    if (strikes(FAULT_WRITE)) {
        if (n > 16) real_of(file)->pMethods->xWrite(real_of(file), bytes, n / 2, at); /* torn */
        return SQLITE_IOERR_WRITE;
    }
    tell(file, FAULTY_WRITE, at, bytes, n);
    return strikes(FAULT_FULL) ? SQLITE_FULL : real_of(file)->pMethods->xWrite(real_of(file), bytes, n, at);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    tell(file, FAULTY_TRUNCATE, size, NULL, 0);
    return strikes(FAULT_TRUNCATE) ? SQLITE_IOERR_TRUNCATE : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int file_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    tell(file, FAULTY_SYNC, 0, NULL, 0);
    return strikes(FAULT_SYNC) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return strikes(FAULT_SIZE) ? SQLITE_IOERR_FSTAT : real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int file_lock(sqlite3_file *file, int level)
{
    return strikes(FAULT_LOCK) ? SQLITE_IOERR_LOCK : real_of(file)->pMethods->xLock(real_of(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int file_check_lock(sqlite3_file *file, int *held)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), held);
}

static int file_control(sqlite3_file *file, int what, void *arg)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), what, arg);
}

static int file_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int file_traits(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, out);
}

static int file_shm_lock(sqlite3_file *file, int at, int n, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), at, n, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int file_shm_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static int vfs_open(sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
    faulty_file *faulty = (faulty_file *)(void *)file;
    (void)self;
    faulty->name = name;
    faulty->real = (sqlite3_file *)(void *)(faulty + 1);
    file->pMethods = NULL;
    if (strikes(FAULT_OPEN)) {
        errno = EIO;
        return SQLITE_CANTOPEN;
    }
    if (denied && (flags & SQLITE_OPEN_READWRITE) != 0) {
        flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
        if ((flags & SQLITE_OPEN_MAIN_DB) == 0) {
            errno = EROFS;
            return SQLITE_CANTOPEN;
        }
    }
    int result = real_vfs->xOpen(real_vfs, name, faulty->real, flags, out_flags);
    if (faulty->real->pMethods != NULL) file->pMethods = &methods;
    return result;
}

static int vfs_delete(sqlite3_vfs *self, const char *name, int sync_folder)
{
    faulty_event event = {FAULTY_DELETE, name, sync_folder, NULL, 0};
    (void)self;
    if (strikes(FAULT_DELETE)) return SQLITE_IOERR_DELETE;
    if (watcher != NULL) watcher(&event);
    return real_vfs->xDelete(real_vfs, name, sync_folder);
}

static int vfs_access(sqlite3_vfs *self, const char *name, int flags, int *out)
{
    (void)self;
    return strikes(FAULT_ACCESS) ? SQLITE_IOERR_ACCESS : real_vfs->xAccess(real_vfs, name, flags, out);
}

static void install_vfs(void)
{
    real_vfs = sqlite3_vfs_find(NULL);
    vfs = *real_vfs;
    vfs.zName = "faulty";
    vfs.szOsFile = (int)sizeof(faulty_file) + real_vfs->szOsFile;
    vfs.xOpen = vfs_open;
    vfs.xDelete = vfs_delete;
    vfs.xAccess = vfs_access;
    vfs.pNext = NULL;
    methods = (sqlite3_io_methods){2, file_close, file_read, file_write, file_truncate, file_sync, file_size, file_lock,
        file_unlock, file_check_lock, file_control, file_sector, file_traits, file_shm_map, file_shm_lock, file_shm_barrier,
        file_shm_unmap, NULL, NULL};
    if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK) abort();
}

/* Memory */

static sqlite3_mem_methods real_memory;

static void *memory_alloc(int n)
{
    return strikes(FAULT_MEMORY) ? NULL : real_memory.xMalloc(n);
}

static void *memory_resize(void *block, int n)
{
    return strikes(FAULT_MEMORY) ? NULL : real_memory.xRealloc(block, n);
}

static int64_t live_blocks;

static void *caller_alloc(void *ctx, size_t size)
{
    (void)ctx;
    if (strikes(FAULT_ALLOCATOR)) return NULL;
    live_blocks++;
    return malloc(size);
}

static void *caller_resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    (void)ctx;
    (void)old_size;
    return strikes(FAULT_ALLOCATOR) ? NULL : realloc(block, new_size);
}

static void caller_release(void *ctx, void *block, size_t size)
{
    (void)ctx;
    (void)size;
    live_blocks--;
    free(block);
}

const mbill_allocator *faulty_allocator(void)
{
    static const mbill_allocator ALLOCATOR = {sizeof ALLOCATOR, 0, caller_alloc, caller_resize, caller_release, NULL};
    return &ALLOCATOR;
}

int64_t faulty_live_blocks(void)
{
    return live_blocks;
}

void faulty_install(void)
{
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory) != SQLITE_OK) abort();
    sqlite3_mem_methods memory = real_memory;
    memory.xMalloc = memory_alloc;
    memory.xRealloc = memory_resize;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &memory) != SQLITE_OK) abort();
    install_vfs();
}
