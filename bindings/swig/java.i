/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which the wrapped functions look from Java: functions of long, byte[] and direct buffers, in two package-private classes.
 *
 * A status becomes an exception after everything that the call held was given back; handles are long; text and bytes are byte[] in UTF-8, null for none; an
 * answer of text or bytes fills element 0 of a byte[][]; columns are direct buffers. */
%module MeterbillNative
%include "common.i"

%{
/* MeterbillException.raise(int, byte[], byte[], long) throws. Kept from the start: a thread that is attached later would look for it by another class loader. */
static jclass exception_class;
static jmethodID exception_raise;
/* Signings.sign(long, byte[]) signs, or throws. */
static JavaVM *machine;
static jclass signings_class;
static jmethodID signings_sign;

static jclass face_class(JNIEnv *env, const char *name)
{
    jclass found = (*env)->FindClass(env, name);
    return found != NULL ? (jclass)(*env)->NewGlobalRef(env, found) : NULL;
}

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *reserved)
{
    JNIEnv *env = NULL;
    (void)reserved;
    if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_1_8) != JNI_OK) return JNI_ERR;
    machine = vm;
    exception_class = face_class(env, "org/meterbill/MeterbillException");
    signings_class = exception_class != NULL ? face_class(env, "org/meterbill/Signings") : NULL;
    if (signings_class == NULL) return JNI_ERR;
    exception_raise = (*env)->GetStaticMethodID(env, exception_class, "raise", "(I[B[BJ)V");
    if (exception_raise != NULL) signings_sign = (*env)->GetStaticMethodID(env, signings_class, "sign", "(J[B)[B");
    return signings_sign != NULL ? JNI_VERSION_1_8 : JNI_ERR;
}

JNIEXPORT void JNICALL JNI_OnUnload(JavaVM *vm, void *reserved)
{
    JNIEnv *env = NULL;
    (void)reserved;
    if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_1_8) != JNI_OK) return;
    (*env)->DeleteGlobalRef(env, exception_class);
    (*env)->DeleteGlobalRef(env, signings_class);
}

static jbyteArray face_array(JNIEnv *env, const void *bytes, size_t n)
{
    if (n > (size_t)INT32_MAX) return NULL;
    jbyteArray array = (*env)->NewByteArray(env, (jsize)n);
    if (array != NULL && n > 0) (*env)->SetByteArrayRegion(env, array, 0, (jsize)n, (const jbyte *)bytes);
    return array;
}

static void face_throw(JNIEnv *env, int status, const char *message, const char *path, int64_t index)
{
    if ((*env)->ExceptionCheck(env)) return;
    jbyteArray text = face_array(env, message, strlen(message));
    jbyteArray where = text != NULL ? face_array(env, path, strlen(path)) : NULL;
    if (where == NULL) return;
    (*env)->CallStaticVoidMethod(env, exception_class, exception_raise, (jint)status, text, where, (jlong)index);
    (void)(*env)->ExceptionCheck(env);
}

/* A mbill_sign_callback, on the thread that called from Java; what Java throws stays thrown. */
static mbill_status face_sign(void *ctx, const uint8_t *bytes, size_t n, uint8_t out_signature[64])
{
    JNIEnv *env = NULL;
    if ((*machine)->GetEnv(machine, (void **)&env, JNI_VERSION_1_8) != JNI_OK) return MBILL_E_INTERNAL;
    jbyteArray message = face_array(env, bytes, n);
    if (message == NULL) return MBILL_E_NOMEM;
    jbyteArray made = (jbyteArray)(*env)->CallStaticObjectMethod(env, signings_class, signings_sign, (jlong)(intptr_t)ctx, message);
    if (!(*env)->ExceptionCheck(env)) (*env)->GetByteArrayRegion(env, made, 0, MBILL_SIGNATURE_BYTES, (jbyte *)out_signature);
    mbill_status status = (*env)->ExceptionCheck(env) ? MBILL_E_INTERNAL : MBILL_OK;
    (*env)->DeleteLocalRef(env, made);
    (*env)->DeleteLocalRef(env, message);
    return status;
}

/* The answer into element 0. */
static void face_answer(JNIEnv *env, jobjectArray holder, const void *bytes, size_t n)
{
    jbyteArray array = face_array(env, bytes, n);
    if (array != NULL) (*env)->SetObjectArrayElement(env, holder, 0, array);
    else face_throw(env, MBILL_E_LIMIT, "the answer is too long for an array of Java", "", -1);
}

/* What a direct buffer has from its first item on; NULL for none, and with an exception where it is another kind of buffer. */
static void *face_buffer(JNIEnv *env, jobject buffer, size_t item, size_t *out_n)
{
    *out_n = 0;
    if (buffer == NULL) return NULL;
    void *p = (*env)->GetDirectBufferAddress(env, buffer);
    if (p == NULL || (uintptr_t)p % item != 0) {
        face_throw(env, MBILL_E_MISUSE, "expected an aligned direct buffer", "", -1);
        return NULL;
    }
    *out_n = (size_t)(*env)->GetDirectBufferCapacity(env, buffer);
    return p;
}

/* Every buffer of an array; NULL with an exception. To be freed. */
static mbill_face_column *face_columns(JNIEnv *env, jobjectArray buffers, size_t *out_n)
{
    jsize n = buffers != NULL ? (*env)->GetArrayLength(env, buffers) : 0;
    mbill_face_column *columns = calloc((size_t)n + 1, sizeof *columns);
    *out_n = (size_t)n;
    if (columns == NULL) face_throw(env, MBILL_E_NOMEM, "no memory for the columns", "", -1);
    for (jsize i = 0; i < n && columns != NULL; i++) {
        jobject buffer = (*env)->GetObjectArrayElement(env, buffers, i);
        columns[i].values = face_buffer(env, buffer, sizeof(int64_t), &columns[i].n);
        (*env)->DeleteLocalRef(env, buffer);
        if ((*env)->ExceptionCheck(env)) {
            free(columns);
            columns = NULL;
        }
    }
    return columns;
}
%}

%pragma(java) jniclassclassmodifiers="final class"
%pragma(java) moduleclassmodifiers="final class"
%pragma(java) jniclasscode="
    private MeterbillNativeJNI() {}

    static {
        NativeLoader.load();
    }
"
%pragma(java) modulecode="
    private MeterbillNative() {}
"

%define FACE_AS(ARGS, JNI, JAVA)
%typemap(jni) ARGS #JNI
%typemap(jtype) ARGS #JAVA
%typemap(jstype) ARGS #JAVA
%typemap(javain) ARGS "$javainput"
%enddef

/* ---- numbers ---- */
FACE_AS(uint64_t, jlong, long)
%typemap(in) uint64_t %{ $1 = (uint64_t)$input; %}

/* ---- what a call comes to ---- */
FACE_AS(mbill_status, jlong, long)
%typemap(out) mbill_status %{ $result = 0; (void)result; %}
%typemap(javaout) mbill_status {
    return $jnicall;
  }
%typemap(argout) mbill_error *err %{ if (result != MBILL_OK) face_throw(jenv, (int)result, $1->message, $1->path, $1->index); %}
%typemap(argout) int64_t *out_value %{ if (result == MBILL_OK) $result = (jlong)*$1; %}
%typemap(argout) int32_t *out_value32 %{ if (result == MBILL_OK) $result = (jlong)*$1; %}

/* ---- text and bytes ---- */
%define FACE_INPUT(TYPE, NAME)
FACE_AS((const TYPE *NAME, size_t NAME ## _len), jbyteArray, byte[])
%typemap(in) (const TYPE *NAME, size_t NAME ## _len) (jboolean is_copy = JNI_FALSE) %{
    $1 = NULL;
    $2 = 0;
    if ($input != NULL) {
        $1 = (TYPE *)(*jenv)->GetByteArrayElements(jenv, $input, &is_copy);
        if ($1 == NULL) return 0;
        $2 = (size_t)(*jenv)->GetArrayLength(jenv, $input);
    } %}
%typemap(freearg) (const TYPE *NAME, size_t NAME ## _len) %{
    if ($input != NULL) {
        if (is_copy$argnum) mbill_token_wipe((void *)$1, $2); /* it may have been a secret */
        (*jenv)->ReleaseByteArrayElements(jenv, $input, (jbyte *)$1, JNI_ABORT);
    } %}
%enddef
FACE_INPUT(char, text)
FACE_INPUT(uint8_t, bytes)

%define FACE_OUTPUT(TYPE, NAME)
FACE_AS(TYPE *NAME, jobjectArray, byte[][])
%typemap(in) TYPE *NAME (TYPE tmp = {NULL, 0}) %{ $1 = &tmp; %}
%typemap(argout) TYPE *NAME %{ if (result == MBILL_OK) face_answer(jenv, $input, $1->p, $1->n); %}
%enddef
FACE_OUTPUT(mbill_face_text, out_text)
FACE_OUTPUT(mbill_face_bytes, out_bytes)

/* ---- who signs elsewhere: the number under which Signings keeps the function ---- */
FACE_AS((mbill_sign_callback sign, void *ctx), jlong, long)
%typemap(in) (mbill_sign_callback sign, void *ctx) %{
    $1 = face_sign;
    $2 = (void *)(intptr_t)$input; %}

/* ---- handles ---- */
%define FACE_HANDLE(TYPE, FREE)
FACE_AS(TYPE *, jlong, long)
%typemap(in) TYPE * %{ $1 = (TYPE *)(intptr_t)$input; %}
%typemap(in, numinputs=0) TYPE ** (TYPE *tmp = NULL) %{ $1 = &tmp; %}
%typemap(argout) TYPE ** %{ if (result == MBILL_OK) $result = (jlong)(intptr_t)*$1; %}
void FREE(TYPE *handle);
%enddef

/* ---- columns ---- */
%define FACE_COLUMN_FORM(ARGS, TYPE, BUFFER)
FACE_AS(ARGS, jobject, java.nio.BUFFER)
%typemap(in) ARGS %{
    $1 = (TYPE *)face_buffer(jenv, $input, sizeof(TYPE), &$2);
    if ($1 == NULL && $input != NULL) return 0; %}
%enddef
FACE_COLUMN_FORM((const int64_t *column, size_t n_column), int64_t, LongBuffer)
FACE_COLUMN_FORM((const uint64_t *column, size_t n_column), uint64_t, LongBuffer)
FACE_COLUMN_FORM((const int32_t *column, size_t n_column), int32_t, IntBuffer)
FACE_COLUMN_FORM((const uint8_t *column, size_t n_column), uint8_t, ByteBuffer)
FACE_COLUMN_FORM((int64_t *out_column, size_t n_out_column), int64_t, LongBuffer)
FACE_COLUMN_FORM((uint64_t *out_column, size_t n_out_column), uint64_t, LongBuffer)
FACE_COLUMN_FORM((int32_t *out_column, size_t n_out_column), int32_t, IntBuffer)
FACE_COLUMN_FORM((uint8_t *out_column, size_t n_out_column), uint8_t, ByteBuffer)

FACE_AS((const mbill_face_column *columns, size_t n_columns), jobjectArray, java.nio.LongBuffer[])
%typemap(in) (const mbill_face_column *columns, size_t n_columns) %{
    $1 = face_columns(jenv, $input, &$2);
    if ($1 == NULL) return 0; %}
%typemap(freearg) (const mbill_face_column *columns, size_t n_columns) %{ free((void *)$1); %}

%include "functions.i"
