-- requires: sessions
-- The half of admission that a Cluster asks the session's slot.
-- KEYS  1 session
-- ARGV  1 user
-- Reply {0, revision, log level}   {2, 1 if another user's} no such session

local refused, session = find_session(KEYS[1], ARGV[1])
if refused then
  return refused
end
renew(KEYS[1], session)
return { 0, session[2] or '', session[3] or '' }
