package integrations

import (
	"context"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// Runs a script as Argo CD does: the object is the global obj, a second is all the time there is, and of the libraries there are only
// the basic one, tables, and date and time of "os" for those who require it.
func run(t *testing.T, script string, object map[string]any) map[string]any {
	t.Helper()
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for name, open := range map[string]lua.LGFunction{
		lua.LoadLibName: lua.OpenPackage, lua.BaseLibName: lua.OpenBase, lua.TabLibName: lua.OpenTable,
	} {
		state.Push(state.NewFunction(open))
		state.Push(lua.LString(name))
		state.Call(1, 0)
	}
	state.PreloadModule(lua.OsLibName, dateAndTime)
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	state.SetContext(ctx)
	state.SetGlobal("obj", toLua(state, object))
	if err := state.DoString(script); err != nil {
		t.Fatal(err)
	}
	table, isTable := fromLua(state.Get(-1)).(map[string]any)
	if !isTable {
		t.Fatalf("the script returns %v", state.Get(-1))
	}
	return table
}

func dateAndTime(state *lua.LState) int {
	whole := lua.NewState()
	defer whole.Close()
	os := whole.GetGlobal("os").(*lua.LTable)
	part := state.NewTable()
	for _, name := range []string{"date", "time"} {
		part.RawSetString(name, state.NewFunction(os.RawGetString(name).(*lua.LFunction).GFunction))
	}
	state.Push(part)
	return 1
}

func toLua(state *lua.LState, value any) lua.LValue {
	switch value := value.(type) {
	case bool:
		return lua.LBool(value)
	case string:
		return lua.LString(value)
	case int64:
		return lua.LNumber(value)
	case float64:
		return lua.LNumber(value)
	case []any:
		table := state.NewTable()
		for _, item := range value {
			table.Append(toLua(state, item))
		}
		return table
	case map[string]any:
		table := state.NewTable()
		for key, item := range value {
			table.RawSetString(key, toLua(state, item))
		}
		return table
	}
	return lua.LNil
}

func fromLua(value lua.LValue) any {
	switch value := value.(type) {
	case lua.LBool:
		return bool(value)
	case lua.LString:
		return string(value)
	case lua.LNumber:
		return float64(value)
	case *lua.LTable:
		if length := value.Len(); length > 0 {
			list := make([]any, 0, length)
			for i := 1; i <= length; i++ {
				list = append(list, fromLua(value.RawGetInt(i)))
			}
			return list
		}
		object := map[string]any{}
		value.ForEach(func(key, item lua.LValue) { object[key.String()] = fromLua(item) })
		return object
	}
	return nil
}
