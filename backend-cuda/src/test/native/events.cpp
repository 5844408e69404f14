// Events of the emulated driver.
#include "driver.h"

using namespace emulation;

API cuEventCreate(Event** event, unsigned) {
    ENTER("cuEventCreate");
    *event = new Event();
    return 0;
}

API cuEventDestroy_v2(Event* event) {
    ENTER("cuEventDestroy");
    if (event->reached < event->recorded) {
        report("an event is destroyed before it is reached");
        return kInvalidValue;
    }
    delete event;
    return 0;
}

API cuEventRecord(Event* event, Stream* stream) {
    ENTER("cuEventRecord");
    if (stream != nullptr && stream->capture != nullptr) {
        return kStreamCaptureUnsupported;
    }
    event->stream = stream;
    event->recorded++;
    return put(stream, [event] {
        event->reached++;
        return 0;
    });
}

// A GPU may be anywhere behind the event by then: the seed says whether it is just there or done with everything.
API cuEventSynchronize(Event* event) {
    ENTER("cuEventSynchronize");
    if (event->recorded == 0) {
        return 0;
    }
    if (!isStream(event->stream)) {
        return kInvalidHandle;
    }
    if (settings().seed % 2 == 0) {
        return finish(event->stream);
    }
    while (event->reached < event->recorded && step(event->stream)) {
    }
    return broken;
}
