/** What the service takes and answers: made by generate.mjs from its OpenAPI document. Do not edit. */

export interface components {
  schemas: {
    ActiveSession: {
      authenticated: true
      user: components['schemas']['User']
      /** An ISO 8601 time in UTC. */
      createdAt: string
      /** An ISO 8601 time in UTC. */
      expiresAt: string
      /** An ISO 8601 time in UTC. */
      idleExpiresAt: string
      /** An ISO 8601 time in UTC. */
      authenticatedAt: string
      /** How the user logged in; other methods will have other names. */
      method: 'password'
      /** The identity provider of a federated user; null: the pool's own. */
      provider: null
      /** Whether the session is bound to the device. */
      bound: boolean
    }
    AnonymousSession: {
      authenticated: false
    }
    Challenge: {
      name:
        | 'NEW_PASSWORD_REQUIRED'
        | 'SOFTWARE_TOKEN_MFA'
        | 'SMS_MFA'
        | 'EMAIL_OTP'
        | 'MFA_SETUP'
        | 'SELECT_MFA_TYPE'
      delivery?: components['schemas']['Delivery']
      choices?: string[]
      requiredAttributes?: string[]
      /** MFA_SETUP: shown once, base32. */
      secret?: string
      /** MFA_SETUP: for a QR code. */
      otpauthUri?: string
      /** An ISO 8601 time in UTC. */
      expiresAt: string
    }
    Delivery: {
      medium: 'EMAIL' | 'SMS'
      /** Masked. */
      destination: string
    }
    LoginAnswer:
      | {
          status: 'authenticated'
          session: components['schemas']['ActiveSession']
        }
      | {
          status: 'challenge'
          challenge: components['schemas']['Challenge']
        }
    Methods: {
      /** What users log in with. */
      identifier: 'email'
      methods: 'password'[]
      /** Other identity providers; none so far. */
      providers: {
        name: string
        label: string
      }[]
      signUp: {
        open: boolean
        /** What `POST /auth/signup` takes besides the email and the password. */
        attributes: {
          name: string
          required: boolean
        }[]
      }
      /** Second factors that a user may set up. */
      mfa: string[]
    }
    MfaSettings: {
      enabled: ('SOFTWARE_TOKEN_MFA' | 'SMS_MFA' | 'EMAIL_OTP')[]
      preferred: 'SOFTWARE_TOKEN_MFA' | 'SMS_MFA' | 'EMAIL_OTP' | null
      available: ('SOFTWARE_TOKEN_MFA' | 'SMS_MFA' | 'EMAIL_OTP')[]
    }
    Problem: {
      /** A URN that ends in the code. */
      type: string
      title: string
      status: number
      /** A sentence that can be shown to a user. */
      detail: string
      code:
        | 'invalid_request'
        | 'invalid_password'
        | 'code_mismatch'
        | 'code_expired'
        | 'challenge_unsupported'
        | 'invalid_credentials'
        | 'unauthenticated'
        | 'session_expired'
        | 'challenge_expired'
        | 'user_not_confirmed'
        | 'password_reset_required'
        | 'csrf_rejected'
        | 'refused_by_trigger'
        | 'forbidden'
        | 'reauthentication_required'
        | 'not_found'
        | 'email_not_found'
        | 'method_not_allowed'
        | 'alias_exists'
        | 'email_exists'
        | 'payload_too_large'
        | 'unsupported_media_type'
        | 'rate_limited'
        | 'attempt_limit_exceeded'
        | 'internal_error'
        | 'upstream_error'
        | 'cognito_unavailable'
        | 'store_unavailable'
        | 'service_unavailable'
      requestId: string
      errors?: {
        /** Dotted inside an object: `address.country`. */
        field: string
        /** Completes “this field …”. */
        message: string
        code:
          | 'required'
          | 'unknown_field'
          | 'wrong_type'
          | 'not_allowed'
          | 'too_short'
          | 'too_long'
          | 'too_many'
          | 'too_large'
          | 'duplicate'
          | 'wrong_format'
          | 'immutable'
          | 'invalid'
      }[]
      /** Of `invalid_password`: the rule that the password violates. */
      reason?:
        | 'too_short'
        | 'too_long'
        | 'needs_uppercase'
        | 'needs_lowercase'
        | 'needs_digit'
        | 'needs_symbol'
        | 'malformed'
        | 'used_before'
        | 'policy'
      delivery?: components['schemas']['Delivery']
    }
    Profile: {
      sub: string
      email: string | null
      emailVerified: boolean
      givenName: string | null
      phoneNumber: string | null
      phoneNumberVerified: boolean
      gender: string | null
      address: {
        streetAddress: string | null
        region: string | null
        country: string | null
        postalCode: string | null
      } | null
      picture: string | null
    }
    Session: components['schemas']['ActiveSession'] | components['schemas']['AnonymousSession']
    SessionSummary: {
      /** A public id, never the id in the cookie. */
      id: string
      current: boolean
      /** An ISO 8601 time in UTC. */
      createdAt: string
      /** An ISO 8601 time in UTC. */
      lastSeenAt: string
      ip: string
      userAgent: string
    }
    User: {
      sub: string
      email: string
      emailVerified: boolean
      givenName?: string
      phoneNumber?: string
      phoneNumberVerified?: boolean
      groups: string[]
    }
  }
}

export interface paths {
  '/auth/methods': {
    /** What a page may offer */
    get: {
      requestBody?: never
      responses: { 200: { content: { 'application/json': components['schemas']['Methods'] } } }
    }
  }
  '/auth/signup': {
    /** Sign up */
    post: {
      requestBody: {
        content: {
          'application/json': {
            email: string
            password: string
            givenName: string
            phoneNumber?: string
          }
        }
      }
      responses: {
        201: {
          content: {
            'application/json': {
              status: 'confirmation_required' | 'confirmed'
              delivery?: components['schemas']['Delivery']
            }
          }
        }
      }
    }
  }
  '/auth/signup/confirm': {
    /** Confirm a sign-up */
    post: {
      requestBody: {
        content: {
          'application/json': {
            email: string
            code: string
          }
        }
      }
      responses: {
        200: {
          content: {
            'application/json': {
              status: 'confirmed'
            }
          }
        }
      }
    }
  }
  '/auth/signup/resend': {
    /** Send another confirmation code */
    post: {
      requestBody: {
        content: {
          'application/json': {
            email: string
          }
        }
      }
      responses: {
        202: {
          content: {
            'application/json': {
              delivery: components['schemas']['Delivery']
            }
          }
        }
      }
    }
  }
  '/auth/login': {
    /** Log in */
    post: {
      requestBody: {
        content: {
          'application/json': {
            email: string
            password: string
          }
        }
      }
      responses: { 200: { content: { 'application/json': components['schemas']['LoginAnswer'] } } }
    }
  }
  '/auth/login/challenge': {
    /** Respond to a login challenge */
    post: {
      requestBody: {
        content: {
          'application/json': {
            name: string
            code?: string
            choice?: string
            newPassword?: string
            attributes?: Record<string, string>
          }
        }
      }
      responses: { 200: { content: { 'application/json': components['schemas']['LoginAnswer'] } } }
    }
  }
  '/auth/password/forgot': {
    /** Request a code to reset the password */
    post: {
      requestBody: {
        content: {
          'application/json': {
            email: string
          }
        }
      }
      responses: {
        202: {
          content: {
            'application/json': {
              delivery: components['schemas']['Delivery']
            }
          }
        }
      }
    }
  }
  '/auth/password/reset': {
    /** Set a new password with a code */
    post: {
      requestBody: {
        content: {
          'application/json': {
            email: string
            code: string
            newPassword: string
          }
        }
      }
      responses: { 204: { content?: never } }
    }
  }
  '/auth/session': {
    /** The session */
    get: {
      requestBody?: never
      responses: { 200: { content: { 'application/json': components['schemas']['Session'] } } }
    }
  }
  '/auth/events': {
    /** Events of the session */
    get: { requestBody?: never; responses: { 200: { content: { 'text/event-stream': string } } } }
  }
  '/auth/logout': {
    /** Log out */
    post: { requestBody?: never; responses: { 204: { content?: never } } }
  }
  '/auth/logout/all': {
    /** Log out everywhere */
    post: { requestBody?: never; responses: { 204: { content?: never } } }
  }
  '/auth/profile': {
    /** The profile */
    get: {
      requestBody?: never
      responses: { 200: { content: { 'application/json': components['schemas']['Profile'] } } }
    }
    /** Change the profile */
    patch: {
      requestBody: {
        content: {
          'application/json': {
            email?: string
            givenName?: string | null
            phoneNumber?: string | null
            gender?: string | null
            address?: {
              streetAddress?: string | null
              region?: string | null
              country?: string | null
              postalCode?: string | null
            } | null
            picture?: string | null
          }
        }
      }
      responses: {
        200: {
          content: {
            'application/json': {
              profile: components['schemas']['Profile']
              verification: {
                attribute: string
                delivery: components['schemas']['Delivery']
              }[]
            }
          }
        }
      }
    }
  }
  '/auth/profile/verification': {
    /** Send a code to verify an email address or phone number */
    post: {
      requestBody: {
        content: {
          'application/json': {
            attribute: 'email' | 'phoneNumber'
          }
        }
      }
      responses: {
        202: {
          content: {
            'application/json': {
              delivery: components['schemas']['Delivery']
            }
          }
        }
      }
    }
  }
  '/auth/profile/verification/confirm': {
    /** Verify an email address or phone number with a code */
    post: {
      requestBody: {
        content: {
          'application/json': {
            attribute: 'email' | 'phoneNumber'
            code: string
          }
        }
      }
      responses: {
        200: {
          content: {
            'application/json': {
              profile: components['schemas']['Profile']
            }
          }
        }
      }
    }
  }
  '/auth/profile/photo': {
    /** Remove my picture */
    delete: { requestBody?: never; responses: { 204: { content?: never } } }
    /** Set my picture */
    put: {
      requestBody: { content: { 'image/jpeg': Blob; 'image/png': Blob; 'image/webp': Blob } }
      responses: {
        200: {
          content: {
            'application/json': {
              picture: string
            }
          }
        }
      }
    }
  }
  '/auth/password/change': {
    /** Change the password */
    post: {
      requestBody: {
        content: {
          'application/json': {
            currentPassword: string
            newPassword: string
          }
        }
      }
      responses: { 204: { content?: never } }
    }
  }
  '/auth/mfa': {
    /** The second factors */
    get: {
      requestBody?: never
      responses: { 200: { content: { 'application/json': components['schemas']['MfaSettings'] } } }
    }
    /** Turn second factors on and off */
    put: {
      requestBody: {
        content: {
          'application/json': {
            enabled: ('SOFTWARE_TOKEN_MFA' | 'SMS_MFA' | 'EMAIL_OTP')[]
            preferred: 'SOFTWARE_TOKEN_MFA' | 'SMS_MFA' | 'EMAIL_OTP' | null
          }
        }
      }
      responses: { 200: { content: { 'application/json': components['schemas']['MfaSettings'] } } }
    }
  }
  '/auth/mfa/totp': {
    /** Set up an authenticator app */
    post: {
      requestBody?: never
      responses: {
        200: {
          content: {
            'application/json': {
              secret: string
              otpauthUri: string
            }
          }
        }
      }
    }
  }
  '/auth/mfa/totp/confirm': {
    /** Confirm an authenticator app with its first code */
    post: {
      requestBody: {
        content: {
          'application/json': {
            code: string
            friendlyName?: string
          }
        }
      }
      responses: { 200: { content: { 'application/json': components['schemas']['MfaSettings'] } } }
    }
  }
  '/auth/sessions': {
    /** My sessions */
    get: {
      requestBody?: never
      responses: {
        200: {
          content: {
            'application/json': {
              sessions: components['schemas']['SessionSummary'][]
            }
          }
        }
      }
    }
    /** End my other sessions */
    delete: { requestBody?: never; responses: { 204: { content?: never } } }
  }
  '/auth/sessions/{id}': {
    /** End one of my sessions */
    delete: { requestBody?: never; responses: { 204: { content?: never } } }
  }
  '/auth/account/delete': {
    /** Delete my account */
    post: {
      requestBody: {
        content: {
          'application/json': {
            password: string
          }
        }
      }
      responses: { 204: { content?: never } }
    }
  }
}
