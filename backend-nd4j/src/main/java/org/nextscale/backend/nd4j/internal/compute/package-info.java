/** What both networks compute with: the native library and its memory, a team of threads, and single operations. */
package org.nextscale.backend.nd4j.internal.compute;
