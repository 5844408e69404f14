/** The backend as the engine sees it: what it offers, whether it can run here, and an opened GPU. */
package org.nextscale.backend.cuda.internal;
